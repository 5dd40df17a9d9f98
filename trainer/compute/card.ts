import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A graphics card as its driver calls it. */
export interface Card {
  readonly name: string
  /** All its bytes, where a program of its driver tells; null where none does. */
  readonly memory: number | null
  /** Bytes that it gives in one piece; null where its driver names no bound. */
  readonly piece: number | null
  /** Whether it is a processor that plays a graphics card. */
  readonly software: boolean
}

/** No card has so much: a driver that says so names no bound. */
const BOUNDLESS = 2 ** 38
const ASK_LIMIT_MS = 5000
const MEGABYTE = 2 ** 20

/** Runs a program and resolves with what it prints. */
export type Ask = (program: string, args: readonly string[]) => Promise<string>

const ask: Ask = async (program, args) =>
  (await promisify(execFile)(program, args, { timeout: ASK_LIMIT_MS, windowsHide: true })).stdout

/** What can be found out about a card. WebGPU tells no memory; NVIDIA's driver comes with a program that does. */
export async function describeCard({ info, limits }: GPUAdapter, askProgram: Ask = ask): Promise<Card> {
  // A device that its driver does not know by name is a number, such as 0x2330.
  const device = /^(?!0x)[\w-]+/.exec(info.device)?.[0] ?? ''
  const name = [device.replaceAll('-', ' ').trim(), info.description].filter(Boolean).join(', ')
  return {
    name: name || info.vendor,
    memory: info.vendor === 'nvidia' ? await memoryOf(device, askProgram) : null,
    piece: limits.maxBufferSize < BOUNDLESS ? limits.maxBufferSize : null,
    software: info.isFallbackAdapter,
  }
}

/** Lines such as "NVIDIA H100 80GB HBM3, 81559"; WebGPU calls the same card nvidia-h100-80gb-hbm3. */
async function memoryOf(device: string, askProgram: Ask): Promise<number | null> {
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits']
  const printed = await askProgram('nvidia-smi', query).catch(() => '')
  for (const line of printed.split('\n')) {
    const [name = '', megabytes = ''] = line.split(',')
    const same =
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[^a-z\d]+/g, '-') === device
    if (same && /^\s*\d+\s*$/.test(megabytes)) return Number(megabytes) * MEGABYTE
  }
  return null
}
