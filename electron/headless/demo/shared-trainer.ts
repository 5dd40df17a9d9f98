import type { Channel } from '#trainer/client.ts'

/** What engines and trainers say to each other, as far as it is looked at here. */
interface Message {
  readonly id: number
  readonly input?: { readonly key?: string } | null
  readonly progress?: unknown
}

interface Member {
  readonly name: string
  hear: (message: unknown) => void
  gone: () => void
}

/**
 * One trainer process for the engines of several hospitals in one process, so that a rehearsal of many fits a small
 * machine: each has its own names for its tables and jobs. In earnest each institution has its own trainer.
 */
export function shareTrainer(start: () => Channel): (name: string) => Channel {
  const members = new Set<Member>()
  const jobs = new Map<number, { readonly member: Member; readonly id: number }>()
  let channel: Channel | null = null
  let last = 0

  function running(): Channel {
    if (channel) return channel
    const started = start()
    started.onMessage(receive)
    started.onExit(() => {
      if (channel === started) end()
    })
    return (channel = started)
  }

  function end(): void {
    channel = null
    jobs.clear()
    const all = [...members]
    members.clear()
    for (const one of all) one.gone()
  }

  function receive(raw: unknown): void {
    const reply = raw as Message // said by our own process
    const job = jobs.get(reply.id)
    if (!job) return
    if (reply.progress === undefined) jobs.delete(reply.id)
    job.member.hear({ ...reply, id: job.id })
  }

  function send(member: Member, message: Message): void {
    const known = [...jobs].find(([, job]) => job.member === member && job.id === message.id)?.[0]
    const id = known ?? ++last
    jobs.set(id, { member, id: message.id })
    const { input } = message
    const own = input?.key === undefined ? input : { ...input, key: `${member.name} ${input.key}` }
    running().send({ ...message, id, ...(own === undefined ? {} : { input: own }) })
  }

  function leave(member: Member): void {
    if (!members.delete(member)) return
    for (const [id, job] of jobs) if (job.member === member) jobs.delete(id)
    if (members.size === 0) channel?.kill()
    member.gone()
  }

  return (name) => {
    const member: Member = { name, hear: () => undefined, gone: () => undefined }
    members.add(member)
    return {
      send: (message) => send(member, message as Message), // sent by our own engine
      onMessage: (listen) => void (member.hear = listen),
      onExit: (listen) => void (member.gone = listen),
      kill: () => leave(member),
    }
  }
}
