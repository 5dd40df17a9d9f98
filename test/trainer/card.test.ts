import { expect, test } from 'vitest'
import { describeCard } from '#trainer/compute/card.ts'

const anAdapter = (info: Partial<GPUAdapterInfo>, maxBufferSize: number) =>
  ({ info: { isFallbackAdapter: false, ...info }, limits: { maxBufferSize } }) as GPUAdapter

/** As Dawn describes the card of a computer with NVIDIA's driver 580. */
const h100 = anAdapter(
  { vendor: 'nvidia', device: 'nvidia-h100-80gb-hbm3', description: 'NVIDIA: 580.159.04 580.159.4.0' },
  2 ** 40,
)

test('the memory of an NVIDIA card is what its driver says of the card of that name', async () => {
  const asked: string[] = []
  const card = await describeCard(h100, (program) => {
    asked.push(program)
    return Promise.resolve('NVIDIA RTX A4000, 16376\nNVIDIA H100 80GB HBM3, 81559\n')
  })
  expect(card).toEqual({
    name: 'nvidia h100 80gb hbm3, NVIDIA: 580.159.04 580.159.4.0',
    memory: 81559 * 2 ** 20,
    piece: null,
    software: false,
  })
  expect(asked).toEqual(['nvidia-smi'])
})

test.each([
  ['nothing', () => Promise.reject(new Error('ENOENT'))],
  ['another card', () => Promise.resolve('NVIDIA RTX A4000, 16376\n')],
  ['no number', () => Promise.resolve('NVIDIA H100 80GB HBM3, [N/A]\n')],
])('where its driver tells of %s, no memory is told', async (_, ask) => {
  expect((await describeCard(h100, ask)).memory).toBeNull()
})

test('of other cards the largest piece is told, and a device without a name has its driver’s', async () => {
  const other = anAdapter({ vendor: 'amd', device: '0x744c', description: 'radv' }, 2 ** 31)
  const never = () => Promise.reject(new Error('not asked'))
  expect(await describeCard(other, never)).toEqual({
    name: 'radv',
    memory: null,
    piece: 2 ** 31,
    software: false,
  })
})
