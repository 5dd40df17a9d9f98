import type { LinkTrouble, SelfTestFinding } from '#contract/self-test.ts'

type Kind = LinkTrouble['kind']
type Facts = SelfTestFinding['facts']

/** Why there is no connection, after a hospital's name. */
const reasons: Record<Exclude<Kind, 'other-version'>, string> = {
  'no-address': 'we know no address of it, so it has to call us',
  'name-unknown':
    'the name in its address is not known here: ask it for its address, or your network team about DNS',
  'no-route': 'this computer has no way to its address: look at the network, the VPN and the firewall here',
  'no-answer': 'nothing answers at its address: its computer is off, or a firewall swallows the connection',
  'port-closed':
    'its computer answers, but the port is closed: Murmuration does not run there, or listens on another port',
  dropped:
    'the connection is taken and dropped at once: by a firewall on the way, or it has too many connections',
  'other-program': 'something else answers at its address: another program, or a proxy in the path',
  'other-key':
    'another key answers at its address: it made a new home, or somebody stands in between; telephone it on a number you know',
  'not-let-in': 'it answers, but does not let us in: it has not confirmed us yet, or has removed us',
  proxy:
    'this computer is told to use a proxy, and connections do not get past it: ask the network team for direct outbound TCP',
}

/** Why there is no connection to a hospital, as half a sentence. */
export function linkReason({ kind, theirs, ours }: LinkTrouble): string {
  return kind === 'other-version' ? versions(theirs, ours) : reasons[kind]
}

type Version = string | number | null | undefined

function versions(theirs: Version, ours: Version): string {
  const both = theirs
    ? `it speaks version ${theirs} of the protocol, we speak version ${ours ?? ''}`
    : `it does not understand version ${ours ?? ''} of the protocol, which we speak`
  return `${both}: bring both to the same version of Murmuration`
}

const about = (reason: string) => (facts: Facts) => `${facts['member']}: ${reason}.`

/** The same as findings of the self-test, which name the hospital. */
export const linkSentences = {
  'link-no-address': about(reasons['no-address']),
  'link-name-unknown': about(reasons['name-unknown']),
  'link-no-route': about(reasons['no-route']),
  'link-no-answer': about(reasons['no-answer']),
  'link-port-closed': about(reasons['port-closed']),
  'link-dropped': about(reasons['dropped']),
  'link-other-program': about(reasons['other-program']),
  'link-other-key': about(reasons['other-key']),
  'link-not-let-in': about(reasons['not-let-in']),
  'link-proxy': about(reasons['proxy']),
  'link-other-version': (facts: Facts) => about(versions(facts['theirs'], facts['ours']))(facts),
  'link-not-tried': about('it is being called; test again in a moment'),
}
