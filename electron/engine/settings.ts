import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import { changedBy, Settings, type SettingsChange } from '#contract/settings.ts'
import { appendAudit } from '#store/audit.ts'
import type { Reader } from '#store/database.ts'
import { getSetting, putSetting } from '#store/institution.ts'
import type { Computing } from './computing.ts'
import type { Holding } from './holding.ts'
import type { Ports } from './ports.ts'
import type { Trainer } from './trainer.ts'

const KEY = 'settings'

/** The settings as they were put, or those of a fresh home. */
export function settingsIn(db: Reader): Settings {
  const parsed = v.safeParse(Settings, getSetting(db, KEY) ?? {})
  return parsed.success ? parsed.output : v.parse(Settings, {})
}

export interface SettingsPorts extends Pick<Ports, 'db' | 'clock' | 'announce' | 'name' | 'build'> {
  readonly holding: Pick<Holding, 'look'>
  readonly computing: Pick<Computing, 'changed'>
  readonly trainer: Pick<Trainer, 'renew'>
  /** The newest part of the local redacted log. */
  readonly readLog: () => string
}

/** What a person sets here. It takes effect at once. */
export function createSettings(ports: SettingsPorts) {
  const { db, clock, announce } = ports

  function change(what: SettingsChange): Settings {
    const before = settingsIn(db)
    const settings = changedBy(before, what)
    db.together(() => {
      putSetting(db, KEY, settings)
      const happening = { time: clock.now(), actor: ports.name, action: 'settings-changed', object: KEY }
      appendAudit(db, { ...happening, outcome: 'done', detail: settings })
    })
    ports.holding.look()
    if (!isDeepStrictEqual(settings.compute, before.compute)) {
      ports.trainer.renew()
      ports.computing.changed()
    }
    announce({ event: 'settings.changed' })
    announce({ event: 'audit.changed' })
    return settings
  }

  /** Version, settings and log as one text: counts and ids only, for a person to read before it is saved. */
  function report(): { text: string } {
    const { build } = ports
    const about = { build, node: process.version, platform: `${process.platform} ${process.arch}` }
    const head = JSON.stringify({
      ...about,
      at: new Date(clock.now()).toISOString(),
      settings: settingsIn(db),
    })
    return { text: `${head}\n\n${ports.readLog()}` }
  }

  return { get: () => settingsIn(db), change, report }
}
