/** What the scrubbers of one policy know: words, hosts and keys that may stand. */
import { logEvents } from '../../contracts/log-events.ts'
import { pathWords } from '../../contracts/path-words.ts'
import { services } from '../../contracts/services.ts'
import { spanNames } from '../../contracts/span-names.ts'
import { createDetector, type Detector } from '../detect/detector.ts'
import type { PrivacyPolicy } from '../policy.ts'

export interface Vocabulary {
  readonly detect: Detector
  readonly pathWords: ReadonlySet<string>
  readonly queryKeys: ReadonlySet<string>
  readonly hosts: ReadonlySet<string>
  /** Declared texts: log events, span events and the policy's own. */
  readonly texts: ReadonlySet<string>
  readonly spanNames: ReadonlySet<string>
}

/** Names a machine calls itself, and the hosts of the container network. */
const ownHosts = ['localhost', '::1', '[::1]', '0.0.0.0', 'postgres', 'prometheus', 'alertmanager', 'grafana']

/**
 * Collects the words of a policy and of the contracts.
 *
 * @throws PrivacyError PRIVACY_PATTERN_UNSUPPORTED
 */
export function vocabularyOf(policy: PrivacyPolicy): Vocabulary {
  const texts = policy.texts ?? []
  return {
    detect: createDetector(policy.studentNumber),
    pathWords: new Set([...pathWords, ...(policy.pathWords ?? [])]),
    queryKeys: new Set(policy.queryKeys ?? []),
    hosts: new Set([...ownHosts, ...services, ...(policy.hosts ?? [])]),
    texts: new Set([...logEvents, ...texts]),
    spanNames: new Set([...spanNames, ...texts]),
  }
}
