import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { ALLOWED } from '#import/dicom/allowed.ts'
import { parseDicomFile } from '#import/dicom/parse.ts'
import { charsetsOf, valuesOf } from '#import/dicom/values.ts'
import type { Bench } from '../bench.ts'

const folder = path.resolve(import.meta.dirname, '../../../../shared/data/dicom')

/** Headers per second with every allowed tag read, beside pydicom doing the same in the same run. */
export const bench: Bench = {
  about: 'DICOM headers per second, every allowed tag read, against pydicom',
  async run({ quick }) {
    if (!existsSync(folder)) return { skipped: 'the shared data folder is not beside this checkout' }
    const times = quick ? 2 : 100
    const files = readdirSync(folder, { recursive: true })
      .map((name) => path.join(folder, String(name)))
      .filter((name) => statSync(name).isFile() && !name.endsWith('.txt'))
    const began = performance.now()
    let values = 0
    for (let time = 0; time < times; time += 1) for (const file of files) values += readOne(file)
    const perSecond = Math.round((files.length * times) / ((performance.now() - began) / 1000))
    const other = await pydicomPerSecond(quick ? 1 : 10)
    const ratio = typeof other === 'number' ? Number((perSecond / other).toFixed(1)) : 'no pydicom here'
    return {
      files: files.length * times,
      values,
      'ours, headers per second': perSecond,
      'pydicom, headers per second': other,
      'ours / pydicom': ratio,
    }
  },
}

function readOne(file: string): number {
  try {
    const { data } = parseDicomFile(new Uint8Array(readFileSync(file)))
    const charsets = charsetsOf(data)
    return ALLOWED.reduce((sum, tag) => sum + valuesOf(data, tag, charsets).length, 0)
  } catch {
    return 0
  }
}

async function pydicomPerSecond(times: number): Promise<number | string> {
  const tags = ALLOWED.filter(({ path: tagPath }) => tagPath.length === 1).map(({ path: [tag = ''] }) =>
    Number.parseInt(tag.slice(1), 16),
  )
  const program = `import pydicom,time,sys,os,warnings,json
warnings.simplefilter('ignore')
tags=json.loads(sys.argv[2]);files=[os.path.join(d,n) for d,_,ns in os.walk(sys.argv[1]) for n in ns if n!='SOURCE.txt']
t=time.time()
for _ in range(int(sys.argv[3])):
    for f in files:
        try:
            d=pydicom.dcmread(f,force=True,stop_before_pixels=True)
            for x in tags:
                if x in d: d[x].value
        except Exception: pass
print(len(files)*int(sys.argv[3])/(time.time()-t))`
  try {
    const python = process.env['BENCH_PYTHON'] ?? 'python3'
    const { stdout } = await promisify(execFile)(python, [
      '-c',
      program,
      folder,
      JSON.stringify(tags),
      String(times),
    ])
    return Math.round(Number(stdout))
  } catch {
    return 'no pydicom here'
  }
}
