import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Attack, Loot } from '../attack.ts'
import type { Bench } from '../bench.ts'

const folder = path.join(import.meta.dirname, '..', 'attacks')
/** ATTACKS=02,03 runs only the files whose names begin so. */
const chosen = (process.env.ATTACKS ?? '').split(',')

/** Every attack of the table, against real engines and the real trainer: what the attacker got. */
export const bench: Bench = {
  about: 'members, strangers and files that attack: what each of them gets; fails where one gets anything',
  async run({ quick }) {
    const figures: Record<string, string> = {}
    const successes: string[] = []
    for (const { name, attack } of await loadAttacks()) {
      const label = `row ${attack.row}, ${name}: ${attack.about}`
      const loot = await tryOne(attack, quick)
      figures[label] = describe(loot)
      // Shown at once as well: a failure at the end must not hide what the others got.
      process.stderr.write(`${label}: ${describe(loot)}\n`)
      if (loot.failed) successes.push(`${name}: ${loot.got}`)
    }
    if (successes.length > 0) throw new Error(`Attacks got through:\n${successes.join('\n')}`)
    return figures
  },
}

async function loadAttacks() {
  const files = readdirSync(folder).filter(
    (file) => file.endsWith('.ts') && chosen.some((start) => file.startsWith(start)),
  )
  const found = await Promise.all(
    files.map(async (file) => {
      const { attack } = (await import(pathToFileURL(path.join(folder, file)).href)) as { attack: Attack } // what every file there exports
      return { name: path.parse(file).name, attack }
    }),
  )
  return found.toSorted((a, b) => a.attack.row - b.attack.row || (a.name < b.name ? -1 : 1))
}

/** An attack that breaks down has shown nothing: that counts as a failure, too. */
async function tryOne(attack: Attack, quick: boolean): Promise<Loot> {
  try {
    return await attack.run({ quick })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { got: `the attack could not be run to its end: ${message}`, failed: true }
  }
}

function describe({ got, failed, skipped }: Loot): string {
  if (skipped !== undefined) return `SKIPPED: ${skipped}`
  return failed ? `GOT THROUGH: ${got}` : got
}
