import { readdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, Figures } from './bench.ts'
import './with-starter.ts'

// npm run bench -- [name...] [--list] [--quick] [--json FILE]
const folder = path.join(import.meta.dirname, 'benches')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.parse(file).name)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, quick: { type: 'boolean' }, json: { type: 'string' } },
})

async function load(name: string): Promise<Bench> {
  const file = pathToFileURL(path.join(folder, `${name}.ts`)).href
  const { bench } = (await import(file)) as { bench: Bench } // what every file in the folder exports
  return bench
}

async function list(): Promise<void> {
  for (const name of names) process.stdout.write(`${name}\n  ${(await load(name)).about}\n`)
}

async function measure(chosen: readonly string[]): Promise<void> {
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length }
  const results: Record<string, Figures> = {}
  let failure: string | null = null
  try {
    for (const name of chosen) {
      process.stderr.write(`${name} ...\n`)
      results[name] = await (await load(name)).run({ quick: values.quick === true })
      for (const [figure, value] of Object.entries(results[name]))
        process.stdout.write(`${name}  ${figure}: ${value}\n`)
    }
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
    throw error
  } finally {
    if (values.json !== undefined) {
      const report = { machine, quick: values.quick === true, results, failure }
      writeFileSync(path.resolve(values.json), `${JSON.stringify(report, null, 2)}\n`)
    }
  }
}

const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench called ${unknown.join(', ')}. There are: ${names.join(', ')}.\n`)
  process.exitCode = 2
} else if (values.list) await list()
else await measure(positionals.length > 0 ? positionals : names)
