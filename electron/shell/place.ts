import path from 'node:path'
import type { App } from 'electron'

/** Where things are, and what this run was told. */
export interface Place {
  /** The folder of the built programs. */
  readonly programs: string
  readonly pages: string
  readonly preload: string
  /** A Node that was packed beside the app, should there be one. */
  readonly packedNode: string
  /** The Node that the starter named, in development. */
  readonly namedNode: string | undefined
  readonly home: string | null
  readonly listen: readonly string[]
}

const USUAL_LISTEN = ['/ip4/0.0.0.0/tcp/4101']

/** A packaged app ignores the environment; one that runs from its sources reads where its home is and where to listen. */
export function findPlace(
  app: Pick<App, 'getAppPath' | 'isPackaged'>,
  env: NodeJS.ProcessEnv,
  resources: string,
): Place {
  const inside = app.getAppPath()
  // A packaged app has its programs beside its archive: they load binaries, and not every Node reads inside one.
  const programs = app.isPackaged ? path.join(resources, 'programs') : inside
  const told = app.isPackaged ? {} : env
  return {
    programs,
    pages: path.join(inside, 'renderer'),
    preload: path.join(inside, 'preload.cjs'),
    packedNode: path.join(resources, process.platform === 'win32' ? 'node.exe' : 'node'),
    namedNode: told.MURMURATION_NODE,
    home: told.MURMURATION_HOME ? path.resolve(told.MURMURATION_HOME) : null,
    listen: told.MURMURATION_LISTEN?.split(' ') ?? USUAL_LISTEN,
  }
}
