import path from 'node:path'

/**
 * How electron-builder packs the app.
 *
 * @param {{ programs: string, output: string, dist: string, version: string, node: string | undefined, fuses: Record<string, boolean> }} given
 *   the programs that run in processes of their own; where packages go; Electron's folder and version; a Node to pack beside it where Electron's own is
 *   too old for the database; the fuses that its binary has
 */
export function describePackage({ programs, output, dist, version, node, fuses }) {
  return {
    appId: 'org.murmuration.app',
    productName: 'Murmuration',
    executableName: 'murmuration',
    directories: { output },
    // Everything that runs is built into the programs, but for the packages that were copied beside them.
    files: ['**/*', '!**/node_modules/**'],
    asar: true,
    electronDist: dist,
    electronVersion: version,
    electronFuses: fuses,
    electronLanguages: ['en-US'],
    // Outside the archive: they load binaries, and not every Node reads inside an archive.
    extraResources: [
      { from: programs, to: 'programs', filter: ['**/*'] },
      // Named by itself: the folder of packages at the top of another is left out.
      { from: path.join(programs, 'node_modules'), to: 'programs/node_modules', filter: ['**/*'] },
      ...(node === undefined ? [] : [{ from: node, to: path.basename(node) }]),
    ],
    npmRebuild: false,
    nodeGypRebuild: false,
    publish: null,
    linux: { target: ['AppImage'], category: 'Science' },
    mac: { target: ['dmg'], category: 'public.app-category.medical', hardenedRuntime: true },
    win: { target: ['nsis'] },
  }
}

/** What a packaged app must not be made to do, as electron-builder and @electron/fuses name it. */
export const wantedFuses = {
  runAsNode: { fuse: 'RunAsNode', on: false },
  enableNodeOptionsEnvironmentVariable: { fuse: 'EnableNodeOptionsEnvironmentVariable', on: false },
  enableNodeCliInspectArguments: { fuse: 'EnableNodeCliInspectArguments', on: false },
  enableCookieEncryption: { fuse: 'EnableCookieEncryption', on: true },
  enableEmbeddedAsarIntegrityValidation: { fuse: 'EnableEmbeddedAsarIntegrityValidation', on: true },
  onlyLoadAppFromAsar: { fuse: 'OnlyLoadAppFromAsar', on: true },
  grantFileProtocolExtraPrivileges: { fuse: 'GrantFileProtocolExtraPrivileges', on: false },
}
