import type * as TensorFlow from '@tensorflow/tfjs'
import { AppError } from '#domain/errors.ts'
import { type Card, describeCard } from './card.ts'
import { createCardCarrier } from './carrier.ts'
import type { Device } from './tensorflow.ts'

type Tf = typeof TensorFlow

/** An open graphics card that TensorFlow computes on. Its guard rejects with AppError('trainer-failed') when memory ran out or the card was lost. */
export interface Gpu extends Device {
  readonly card: Card
  /** Gives the card back and takes the backend out of TensorFlow. */
  close(): void
}

/** What TensorFlow's kernels want of a card beyond what every card must have. */
const SPARE_LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const

const LOST = 'The graphics card was lost.'
/** The last one pushed is the first one popped: lack of memory is asked for first. */
const ERRORS = ['internal', 'validation', 'out-of-memory'] as const

/** Opens the quickest graphics card through Dawn (WebGPU) as TensorFlow's backend "webgpu". Null where there is no card. */
export async function openGpu(tf: Tf): Promise<Gpu | null> {
  if (process.platform === 'linux' && !canLoad('libvulkan.so.1')) return null
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  const gpu = create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) return null
  const device = await adapter.requestDevice(wishes(adapter))
  // TensorFlow looks here; nothing else is asked of it.
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  // Loading the package the first time registers one of its own.
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu')
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info))
  return {
    card: await describeCard(adapter),
    guard: createGuard(device),
    carry: (model) => createCardCarrier(tf, device, model),
    close() {
      tf.removeBackend('webgpu')
      device.destroy()
      Reflect.deleteProperty(navigator, 'gpu')
    },
  }
}

/**
 * Whether the system's loader finds a library. Dawn looks for this one by itself, and where it is missing prints a warning of
 * its own about a machine that it was built on.
 */
function canLoad(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library)
    return true
  } catch (error) {
    // A library that is there is loaded and then refused, since it is none of Node's.
    return !/cannot open shared object file|Error loading shared library/.test(String(error))
  }
}

function wishes({ limits }: GPUAdapter): GPUDeviceDescriptor {
  return { requiredLimits: Object.fromEntries(SPARE_LIMITS.map((name) => [name, limits[name]])) }
}

/** Errors of a card come apart from the calls that caused them: scopes around each piece of work tie the two together. */
function createGuard(device: GPUDevice): Gpu['guard'] {
  let lost = false
  void device.lost.then(() => (lost = true))
  return async (work) => {
    if (lost) throw failed(LOST)
    for (const kind of ERRORS) device.pushErrorScope(kind)
    const [outcome] = await Promise.allSettled([work()])
    const errors: (GPUError | null)[] = []
    while (errors.length < ERRORS.length) errors.push(await device.popErrorScope())
    if (lost) throw failed(LOST)
    const [memory, ...others] = errors
    if (memory) throw failed('The graphics card has too little memory for this model.')
    if (others.some(Boolean)) throw failed('The graphics card could not compute this model.')
    if (outcome?.status !== 'fulfilled') throw outcome?.reason
    return outcome.value
  }
}

function failed(message: string): AppError {
  return new AppError('trainer-failed', message)
}
