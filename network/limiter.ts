/** Lets at most so many tasks run at once, over all and for each key; others wait their turn. */
export function createGatekeeper(all: number, perKey: number) {
  const running = new Map<string, number>()
  const waiting: { key: string; start: () => void }[] = []
  let total = 0

  const count = (key: string) => running.get(key) ?? 0

  function letIn() {
    for (let at = waiting.findIndex(isFree); at >= 0; at = waiting.findIndex(isFree)) {
      const [next] = waiting.splice(at, 1)
      if (!next) return
      total++
      running.set(next.key, count(next.key) + 1)
      next.start()
    }
  }
  function isFree({ key }: { key: string }) {
    return total < all && count(key) < perKey
  }
  function leave(key: string) {
    total--
    if (count(key) <= 1) running.delete(key)
    else running.set(key, count(key) - 1)
    letIn()
  }

  return async function run<T>(key: string, task: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      waiting.push({ key, start })
      letIn()
    })
    try {
      return await task()
    } finally {
      leave(key)
    }
  }
}
