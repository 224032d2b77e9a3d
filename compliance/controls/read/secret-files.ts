/** Files that hold secrets, told by their names. */
import { bestOf, type Answer } from './certainty.ts'

/** Nothing but secrets stands in them. */
const secrets = [
  /^\.env(?:\.[\w-]+)*$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/,
  /\.(?:key|p12|pfx|jks)$/,
  /^(?:\.netrc|\.pgpass|\.pypirc|\.dockerconfigjson|credentials|\.ssh|\.aws|\.gnupg)$/,
  /service[-_]?account[\w.-]*\.json$/i,
  /(?:^|[-_.])(?:priv|private|privkey|key)(?:[-_.][\w.-]*)?\.pem$/i,
]
/** What is shown to everybody: samples, certificates, stores of whom to trust. */
const harmless = [
  /^\.env\.(?:[\w-]+\.)*(?:example|sample|template|tmpl|dist|defaults?)$/i,
  /(?:^|[-_.])(?:ca|cas|bundle|chain|fullchain|cert|certs|certificate|root|public|pub|trust|truststore|cacerts)(?:[-_.\d][\w.-]*)?\.(?:pem|key|jks|p12)$/i,
]
/** They may hold one, and may hold none. Settings of npm are looked through where secrets of repositories are. */
const doubtful = [/\.pem$/i, /^secrets?$/i, /^\.docker$/]

/** Tells by its name whether a file or folder holds a secret; folders on the way count, too. */
export function holdsSecret(path: string): Answer {
  const names = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..')
  return bestOf(names.map(secrecyOf))
}

function secrecyOf(name: string): Answer {
  const is = (patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(name))
  if (is(harmless) && !/(?:^|[-_.])(?:priv|private|privkey)(?:[-_.]|$)/i.test(name)) return 'no'
  if (is(secrets)) return 'yes'
  return is(doubtful) ? 'maybe' : 'no'
}
