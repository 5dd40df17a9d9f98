import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'

// The package unpacks into the folder for temporary files, which whoever starts this has pointed elsewhere.
mkdirSync(tmpdir(), { recursive: true })
const { default: chromium } = await import('@sparticuz/chromium')
await chromium.executablePath()
