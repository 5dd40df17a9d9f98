import { describe, expect, test } from 'vitest'
import { guardFault, type MaybeOpened } from '#network/rounds/guard.ts'

/** Members by letter with their tokens: "a1" is member a with the input a1 in each part. */
const sum = (...inputs: readonly string[]) => new Map(inputs.map((one) => [one[0]!, one.split(',')] as const))

const opened = (members: ReadonlyMap<string, readonly string[]>, closed = ''): MaybeOpened => ({
  members,
  closed: (id) => closed.includes(id),
})

describe('numbers that may have been opened in a sum', () => {
  const all = opened(sum('a1', 'b1', 'c1', 'd1'))

  test('are added up again with the very same of the very same members', () => {
    expect(guardFault('a', [all], sum('a1', 'b1', 'c1', 'd1'))).toBeNull()
  })

  test.each([
    ['one is left out', sum('a1', 'b1', 'c1')],
    ['one comes along', sum('a1', 'b1', 'c1', 'd1', 'e1')],
    ['one is another', sum('a1', 'b1', 'c1', 'e1')],
    ['one has other numbers', sum('a1', 'b1', 'c1', 'd2')],
  ])('are not where %s', (_, now) => {
    expect(guardFault('a', [all], now)).toMatch(/with others before/)
  })

  test('bind nobody whose own numbers are others by now', () => {
    expect(guardFault('a', [all], sum('a2', 'b1', 'c1'))).toBeNull()
  })

  test('may leave out members who say that their masks stay closed, one or more, and no others', () => {
    const partly = opened(all.members, 'cd')
    expect(guardFault('a', [partly], sum('a1', 'b1', 'c1'))).toBeNull()
    expect(guardFault('a', [partly], sum('a1', 'b1'))).toBeNull()
    expect(guardFault('a', [partly], sum('a1', 'c1', 'd1'))).not.toBeNull()
  })

  test('are bound by every sum before, not by the latest alone', () => {
    const partly = opened(all.members, 'd')
    const without = opened(sum('a1', 'b1', 'c1'))
    expect(guardFault('a', [partly, without], sum('a1', 'b1', 'c1'))).toBeNull()
    expect(guardFault('a', [partly, without], sum('a1', 'b1', 'c1', 'd1'))).not.toBeNull()
  })
})

describe('an input of several parts', () => {
  // Part r is which rows, part x a variable's values.
  const before = opened(sum('ar,ax', 'br,bx', 'cr,cx', 'dr,dx'))

  test('is the same again with a further part, at whatever place', () => {
    expect(guardFault('a', [before], sum('ar,ay,ax', 'br,by,bx', 'cr,cy,cx', 'dr,dy,dx'))).toBeNull()
  })

  test('binds by any part that it shares: a variable more does not free it of a member that left', () => {
    expect(guardFault('a', [before], sum('ar,ay', 'br,by', 'cr,cy'))).not.toBeNull()
    expect(guardFault('a', [before], sum('as,ax', 'bs,bx', 'cs,cx'))).not.toBeNull()
  })

  test('is not the same where one member alone reads a variable in another way', () => {
    expect(guardFault('a', [before], sum('ar,ax', 'br,bx', 'cr,cx', 'dr,dz'))).not.toBeNull()
  })

  // As many men as died at a: the sorted values of two columns are the same there, and at nobody else.
  describe('of which two are equal', () => {
    const twice = opened(sum('ar,ax,ax', 'br,bx,by', 'cr,cx,cy', 'dr,dx,dy'))

    test('is the same again whole, in another order, or with one of the two', () => {
      expect(guardFault('a', [twice], sum('ar,ax,ax', 'br,bx,by', 'cr,cx,cy', 'dr,dx,dy'))).toBeNull()
      expect(guardFault('a', [twice], sum('ax,ar,ax', 'by,br,bx', 'cy,cr,cx', 'dy,dr,dx'))).toBeNull()
      expect(guardFault('a', [twice], sum('ar,ax', 'br,by', 'cr,cy', 'dr,dy'))).toBeNull()
    })

    test('may be joined by its like: what was added up is added up again', () => {
      expect(guardFault('a', [before], sum('ar,ax,ax', 'br,bx,by', 'cr,cx,cy', 'dr,dx,dy'))).toBeNull()
    })

    test('binds as any other does', () => {
      expect(guardFault('a', [twice], sum('ar,ax,ax', 'br,bx,by', 'cr,cx,cy'))).not.toBeNull()
      expect(guardFault('a', [twice], sum('as,ax', 'bs,bx', 'cs,cx'))).not.toBeNull()
      expect(
        guardFault('a', [twice], sum('ar,ax,ax', 'br,bx,by', 'cr,cx,cy', 'dr,dx,dy', 'er,ex,ey')),
      ).not.toBeNull()
      expect(guardFault('a', [twice], sum('as,ax,ax', 'bs,bx,bz', 'cs,cx,cz', 'ds,dz,dy'))).not.toBeNull()
    })
  })
})
