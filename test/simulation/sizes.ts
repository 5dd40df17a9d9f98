/** How large the federation of a seed is: 3 to 7 members mostly, up to 50 now and then, since a storm of 50 takes a minute. */
export function sizeOfSeed(seed: number): { members: number; trainings: number } {
  const place = seed % 1000
  const nth = Math.floor(seed / 1000)
  if (place >= 998) return { members: 50 - ((nth * 2 + place - 998) % 5) * 6, trainings: 1 }
  if (place >= 988) return { members: 13 + ((nth + place) % 13), trainings: 1 }
  if (place >= 950) return { members: 8 + (place % 5), trainings: 1 }
  return { members: 3 + (seed % 5), trainings: 1 + (nth % 2) * 2 }
}
