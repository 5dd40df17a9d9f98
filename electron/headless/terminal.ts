import { AsyncLocalStorage } from 'node:async_hooks'
import { createInterface } from 'node:readline/promises'
import type { Client, EngineEvent } from '#contract/calls.ts'
import { AppError } from '#domain/errors.ts'
import { shownText } from '#domain/plain-text.ts'

/** Results of commands that another part of this process performs and listens to. */
const listeners = new AsyncLocalStorage<string[]>()

/** Writes a line of a command's result. No code of a text reaches the terminal, whoever wrote it: see `shownText`. */
export function say(line = ''): void {
  const heard = listeners.getStore()
  if (heard) heard.push(line)
  else process.stdout.write(`${shownText(line)}\n`)
}

/** Writes a line beside the result: progress, hints, warnings. Who listens to a command gets its result alone. */
export function tell(line: string): void {
  if (!listeners.getStore()) process.stderr.write(`${shownText(line)}\n`)
}

/** What a command says as its result, instead of on the terminal. */
export async function listenTo(command: () => Promise<void>): Promise<string> {
  const heard: string[] = []
  await listeners.run(heard, command)
  return heard.join('\n').trim()
}

/** Asks a person for a yes. Without a terminal there is nobody to ask: throws 'bad-request'. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new AppError('bad-request', 'without a terminal, add --yes to say that a person has decided')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${shownText(question)} [y/N] `)
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}

/** Throws 'bad-request' where no person sits at a terminal, before anything has begun that needs one. */
export function needPerson(): void {
  if (!process.stdin.isTTY)
    throw new AppError('bad-request', 'people compare words: this needs a terminal, or the pages of the app')
}

/** Asks a person to type something. Without a terminal there is nobody to ask: throws 'bad-request'. */
export async function pick(question: string): Promise<string> {
  needPerson()
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await lines.question(`${question} `)).trim()
  } finally {
    lines.close()
  }
}

/** Looks at once and at every such event until there is something. Rejects where looking does. */
export async function waitFor<T>(
  client: Client,
  event: EngineEvent['event'],
  look: () => Promise<T | null>,
): Promise<T> {
  let wake = () => {}
  let isNew = true
  const stop = client.on((one) => {
    if (one.event !== event) return
    isNew = true
    wake()
  })
  try {
    for (;;) {
      isNew = false
      const found = await look()
      if (found !== null) return found
      if (!isNew) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stop()
  }
}

/** Asks a person for one of some letters until one of them is typed; the enter key alone means `usual`. */
export async function choose<T>(
  question: string,
  answers: ReadonlyMap<string, T>,
  usual: string,
): Promise<T> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    for (;;) {
      const typed = (await lines.question(`${shownText(question)} [${usual}] `)).trim().toLowerCase()
      const found = answers.get(typed === '' ? usual : typed)
      if (found !== undefined) return found
    }
  } finally {
    lines.close()
  }
}

/** A table with its columns aligned, numbers to the right. The first row is the header. */
export function layOut(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const isNumber = (text: string) => /^-?[\d.,]+( .*)?$/.test(text) || text === '-'
  const right = widths.map((_, column) => rows.slice(1).every((row) => isNumber(row[column] ?? '')))
  const pad = (text: string, column: number) =>
    right[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)
  const lines = rows.map((row) => row.map(pad).join('  ').trimEnd())
  const [header = '', ...rest] = lines
  return [header, widths.map((width) => '-'.repeat(width)).join('  '), ...rest].join('\n')
}
