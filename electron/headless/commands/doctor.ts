import type { Command } from 'commander'
import type { SelfTestFinding } from '#contract/self-test.ts'
import { say } from '../terminal.ts'
import { withEngine } from './where.ts'

/** doctor: whether others reach this institution, how, and what to ask for where they can't. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('test the network with the help of the members that are there, and say what to ask for')
    .option('--json', 'as JSON for programs: name, ok, sentence, facts of each finding')
    .action((options: { json?: boolean }, command: Command) =>
      withEngine(command, async (client) => {
        const findings = await client.call('network.selfTest', null)
        if (options.json) say(JSON.stringify(findings))
        else for (const one of findings) say(`${one.ok ? 'ok  ' : '!   '} ${describe(one)}`)
      }),
    )
}

function describe({ sentence, facts }: SelfTestFinding): string {
  return sentences[sentence].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(facts[name] || (name === 'theirs' ? '(not said)' : 'none')),
  )
}

const sentences: Readonly<Record<SelfTestFinding['sentence'], string>> = {
  listening: 'This institution listens on TCP port {ports}.',
  'not-listening':
    'This institution listens on no port: others can reach it only through members that it reaches itself.',
  'members-none': 'No other institution is known yet; exchange invitations first.',
  'members-all-connected': 'All {known} known institutions are connected.',
  'members-some-missing':
    '{connected} of {known} known institutions are connected; not {missing}, for these reasons:',
  'link-no-address': '{member}: we know no address of it, so it has to call us.',
  'link-name-unknown':
    '{member}: the name in its address is not known here; ask it for its address, or the network department about DNS.',
  'link-no-route':
    '{member}: this machine has no way to its address; look at the network, the VPN and the firewall here.',
  'link-no-answer':
    '{member}: nothing answers at its address, port {ports}: its machine is off, or a firewall swallows the connection.',
  'link-port-closed':
    '{member}: its machine answers, but port {ports} is closed: Murmuration does not run there, or listens on another port.',
  'link-dropped':
    '{member}: the connection is taken and dropped at once: by a firewall on the way, or it has too many connections.',
  'link-other-program':
    '{member}: something else answers at its address, port {ports}: another program, or a proxy in the path.',
  'link-other-key':
    '{member}: another key answers at its address: it made a new home, or somebody stands in between; telephone it on a number you know.',
  'link-not-let-in':
    '{member}: it answers, but does not let us in: it has not confirmed us yet, or has removed us.',
  'link-proxy':
    '{member}: this machine is told to use a proxy, and connections do not get past it; ask for direct outbound TCP to port {ports}.',
  'link-other-version':
    '{member}: it speaks version {theirs} of the protocol, we speak {ours}; bring both to the same version of Murmuration.',
  'link-not-tried': '{member}: it is being called; run this again in a moment.',
  'reachable-by-all': 'Every member that was asked ({asked}) could dial us.',
  'reachable-by-some':
    'Some members could not dial us: {not}. Ask for TCP port {ports} to be opened from their addresses.',
  'reachable-by-nobody':
    'No member could dial us. Ask the network department to forward inbound TCP port {ports} to this machine.',
  'reachable-unknown':
    'No member is there that could try to dial us; start the test again once one is connected.',
  'relay-not-needed': 'Others reach us directly: nobody has to pass them on.',
  'relay-available': '{relays} members pass on those who can not dial us.',
  'relay-missing':
    'Nobody passes others on to us. One member of the federation needs an open TCP port; ask for outbound TCP to it.',
  'clock-unknown': 'No clock could be compared: no member is connected.',
  'clock-agrees': 'The clocks agree to within a minute.',
  'clock-differs':
    'The clock differs by more than a minute from: {differ} (by up to {minutes} minutes). Connections and rounds go on; switch on time synchronisation (NTP).',
  'proxy-none': 'No HTTP proxy is set up here.',
  'proxy-not-needed': 'An HTTP proxy is set up here, and members are reached without it.',
  'proxy-only':
    'This machine seems to reach the internet only through an HTTP proxy. That is not supported yet: ask for direct outbound TCP to the members, ports {ports}.',
}
