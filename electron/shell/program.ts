/** Starts one of the app's programs in a process of Electron, which loads a module by itself only in newer versions. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const program = pathToFileURL(path.join(__dirname, `${process.argv.at(-1) ?? ''}.mjs`)).href
import(/* @vite-ignore */ program).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})
