import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Runs a file of ours under this Node; resolves with its exit code once all its lines were read. */
export async function runProcess(
  file: string,
  args: readonly (string | number)[],
  onLine: (line: string) => void,
): Promise<number | null> {
  const child = spawn(process.execPath, [file, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  for await (const line of createInterface(child.stdout)) onLine(line)
  return await ended
}
