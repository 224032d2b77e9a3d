/** What the scrubbers of one policy know: words, hosts and keys that may stand. */
import { browserKeys, browserWords } from '../../contracts/attributes/browser-words.ts'
import { logEvents } from '../../contracts/log-events.ts'
import { pathWords } from '../../contracts/path-words.ts'
import { services } from '../../contracts/services.ts'
import { spanNames } from '../../contracts/span-names.ts'
import { createDetector, type Detector } from '../detect/detector.ts'
import type { Audience, PrivacyPolicy } from '../policy.ts'
import type { Roster } from '../roster.ts'

export interface Vocabulary {
  /** Finds what has a form, and names of the roster. */
  readonly detect: Detector
  /** Finds what has a form: for texts that are all words of programs. */
  readonly detectForms: Detector
  readonly pathWords: ReadonlySet<string>
  readonly queryKeys: ReadonlySet<string>
  readonly hosts: ReadonlySet<string>
  /** Declared texts: log events, span events and the policy's own. */
  readonly texts: ReadonlySet<string>
  readonly spanNames: ReadonlySet<string>
  /** Names that the policy declares. */
  readonly words: ReadonlySet<string>
  /** What pages may say; undefined for programs, which may say what has the shape. */
  readonly browser: BrowserVocabulary | undefined
}

export interface BrowserVocabulary {
  readonly keys: ReadonlySet<string>
  readonly words: ReadonlySet<string>
}

/** Names a machine calls itself, and the hosts of the container network. */
const ownHosts = ['localhost', '::1', '[::1]', '0.0.0.0', 'postgres', 'prometheus', 'alertmanager', 'grafana']

/**
 * Collects the words of a policy and of the contracts.
 *
 * @throws PrivacyError PRIVACY_PATTERN_UNSUPPORTED
 */
export function vocabularyOf(policy: PrivacyPolicy, audience: Audience, roster?: Roster): Vocabulary {
  const { texts = [], words = [] } = policy
  const detectForms = createDetector(policy.studentNumber)
  const allowed = (policy.allow ?? []).map(({ key }) => key)
  return {
    detect:
      roster === undefined
        ? detectForms
        : (value) => detectForms(value) ?? (roster.holds(value) ? 'roster' : undefined),
    detectForms,
    pathWords: new Set([...pathWords, ...(policy.pathWords ?? [])]),
    queryKeys: new Set(policy.queryKeys ?? []),
    hosts: new Set([...ownHosts, ...services, ...(policy.hosts ?? [])]),
    texts: new Set([...logEvents, ...texts]),
    spanNames: new Set([...spanNames, ...texts]),
    words: new Set(words),
    browser:
      audience === 'programs'
        ? undefined
        : {
            keys: new Set([...browserKeys, ...allowed]),
            words: new Set([
              ...browserWords,
              ...services,
              ...pathWords,
              ...(policy.pathWords ?? []),
              ...words,
            ]),
          },
  }
}
