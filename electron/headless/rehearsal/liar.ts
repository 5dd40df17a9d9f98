import { boundOf } from '#domain/plan.ts'
import * as v from 'valibot'
import type { Channel } from '#trainer/client.ts'
import type { ContributionResult, Jobs, Task } from '#trainer/jobs.ts'
import { shapeOf } from '#trainer/shape.ts'
import { trainingParts } from '#trainer/training/parts.ts'

const Id = v.number()
const Asked = v.variant('job', [
  v.object({ id: Id, job: v.literal('load'), input: v.custom<Jobs['load']['input']>(isKeyed) }),
  v.object({ id: Id, job: v.literal('train'), input: v.custom<Jobs['train']['input']>(isKeyed) }),
  v.object({ id: Id, job: v.literal('vote'), input: v.custom<Jobs['vote']['input']>(isKeyed) }),
])
type Asked = v.InferOutput<typeof Asked>
const Answer = v.object({ id: Id, output: v.custom<object>((output) => typeof output === 'object') })

/**
 * Makes a sample hospital lie, between its engine and its trainer: every value of an update becomes the largest that the
 * study allows, the other way round, and every vote says "better". Nothing else about it differs from an honest one.
 */
export function createLiar() {
  const tasks = new Map<string, Task>()
  let lying = false

  /** A trainer whose answers are false while its hospital lies. */
  function wrap(trainer: Channel): Channel {
    const asked = new Map<number, Asked>()
    return {
      ...trainer,
      send(message) {
        const { output: one, success } = v.safeParse(Asked, message)
        if (success && one.job === 'load') tasks.set(one.input.key, one.input.task)
        else if (success) asked.set(one.id, one)
        trainer.send(message)
      },
      onMessage: (listen) =>
        trainer.onMessage((reply) => {
          const { output: answer, success } = v.safeParse(Answer, reply)
          const question = success ? asked.get(answer.id) : undefined
          if (success) asked.delete(answer.id)
          listen(
            lying && success && question ? { ...answer, output: falsify(question, answer.output) } : reply,
          )
        }),
    }
  }

  function falsify(question: Asked, output: object): object {
    if (question.job === 'vote') return { ...output, verdict: 'better' }
    const task = tasks.get(question.input.key)
    if (question.job !== 'train' || !task) return output
    const { values } = output as ContributionResult // safe: our own trainer answers 'train' with one
    return { ...output, values: turnRound(task, question.input.weight, values) }
  }

  return { wrap, lie: (on: boolean): void => void (lying = on) }
}

/** Keeps to the bound, which every member checks of its own contribution and nobody can of another's. */
function turnRound(task: Task, weight: number, values: Float64Array): Float64Array {
  const { shared } = trainingParts(task)
  const most = Math.min(shapeOf(task, 'training').bound, weight * boundOf(task.plan))
  return values.map((value, i) => (i < shared ? -Math.sign(value) * most : value))
}

function isKeyed(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'key' in input
}
