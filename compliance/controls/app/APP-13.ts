/** Who asks for a name nobody serves gets nothing. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { inFile, oncePerFile } from '../read/neighbours.ts'
import { listOf, whyOpen } from '../read/nginx-limits.ts'
import { isServerBlock } from '../read/nginx.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the default server refuses: return 444 or 403, or ssl_reject_handshake on',
  'server { listen 443 ssl default_server; ssl_reject_handshake on; }',
)

const servers = (refusal: string) => ({
  file: 'nginx.conf',
  text: `events {}

http {
  server {
    listen 443 ssl default_server;
${refusal}
  }

  server {
    listen 443 ssl;
    server_name campus.example;
  }
}
`,
})

export const control: Control = {
  id: 'APP-13',
  sources: ['nginx', 'http'],
  page: {
    why: 'A server that answers to any name puts that name into links, mails and caches, and shows scanners of the whole internet what runs here.',
    good: [servers('    ssl_reject_handshake on;')],
    bad: [servers('    root /srv/campus;')],
  },
  applies: (resource) => isServerBlock(resource) || isDoor(resource),
  check: (resource, evidence) => (isDoor(resource) ? judgeDoor(resource) : judgeServer(resource, evidence)),
}

function isDefault(server: Resource): boolean {
  return listOf(server, 'listen').some((text) => /\bdefault(_server)?\b/.test(text))
}

const serversBeside = oncePerFile((of, evidence) => {
  const servers = inFile(evidence, of).filter(isServerBlock)
  return { first: servers[0], hasDefault: servers.some(isDefault) }
})

function judgeServer(server: Resource, evidence: Evidence): Verdict {
  const open = whyOpen(server)
  if (server.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  const context = knownValueOf(server, 'context')
  if (context !== undefined && context !== 'http') return judge.notApplicable('it speaks no HTTP')
  const { first, hasDefault } = serversBeside(server, evidence)
  // Without one that says so, the first server of a port is the default (nginx.org, "listen").
  const chosen = hasDefault ? isDefault(server) : first === server
  if (!chosen) return judge.notApplicable('it is not the default server')
  if (knownValueOf(server, 'ssl_reject_handshake') === 'on') return judge.pass('it rejects the handshake')
  const answer = attributeOf(server, 'return')
  if (answer?.known === true && /^(?:444|403|404|421)\b/.test(textOf(answer.value))) {
    return judge.pass(`it answers ${textOf(answer.value)}`, answer)
  }
  if (open !== undefined && !hasDefault) return judge.unknown(open)
  return judge.fail('it serves whatever name is asked for', answer)
}

function judgeDoor(door: Resource): Verdict {
  const why = whyNoPage(door)
  if (why !== undefined) return judge.unknown(why)
  const host = hostOf(textOf(knownValueOf(door, 'url')))
  if (host === undefined) return judge.unknown('its address is not known')
  if (/^\d{1,3}(?:\.\d{1,3}){3}$|:|^localhost$/.test(host))
    return judge.notApplicable('it is asked by its address and has no name')
  const status = attributeOf(door, 'strange_host.status')
  if (status === undefined) return judge.unknown('it was not asked by another name')
  // A door that ends the connection has refused too.
  if (!status.known)
    return /ECONNRESET|socket/i.test(status.why)
      ? judge.pass('it ends the connection')
      : judge.unknown(status.why)
  const code = Number(status.value)
  return code >= 400 && code < 500
    ? judge.pass(`another name is answered ${code}`)
    : judge.fail(`another name is answered ${code}`)
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined
}
