/** Called between steps: reports how far a job is, lets others run, and throws when the job was cancelled. */
export type Pace = (done: number, of: number) => Promise<void> | void
