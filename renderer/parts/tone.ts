/** How a state is drawn: a filled dot, a clock, a dashed ring or a cross, each in its colour. */
export type Tone = 'in' | 'waiting' | 'missing' | 'refused' | 'ours'
