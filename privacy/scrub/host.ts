/** Hosts: a client can name any host it likes in a `Host` header, so only loopback and listed hosts stay. */
import { hiddenHost, pass, type Verdict } from '../verdict.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Loopback as it is used: by hosts, by Debian for its own name, by resolvers of containers and of systemd. */
const loopback = /^127\.0\.(?:0\.(?:1|11|53|54)|1\.1)$/
const port = /:(\d{1,5})$/

/** Scrubs a host with or without a port; an unlisted one becomes `{host}` and keeps its port. */
export function scrubHost(value: string, { hosts }: Pick<Vocabulary, 'hosts'>): Verdict {
  const digits =
    value.startsWith('[') || value.indexOf(':') === value.lastIndexOf(':') ? port.exec(value) : null
  const name = digits === null ? value : value.slice(0, digits.index)
  if (name === '' || name === hiddenHost || hosts.has(name.toLowerCase()) || loopback.test(name))
    return pass(value)
  return { value: `${hiddenHost}${digits?.[0] ?? ''}`, rules: ['host'] }
}
