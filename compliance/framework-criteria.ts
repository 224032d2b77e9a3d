/**
 * What the frameworks ask, by edition: the criteria a reader may expect to see, so that a view can say which of them
 * nothing here measures. Ids and own words only; the texts are those of their publishers.
 */
import type { FrameworkId } from '../contracts/posture.ts'

export interface Framework {
  readonly title: string
  /** Edition the mappings of the checklist were made for; another edition is another entry. */
  readonly edition: string
  /** Every criterion of the edition, or those that ask something of an operator; empty where a list is not public. */
  readonly criteria: readonly string[]
}

/** `CC6.1` to `CC6.8` from `CC6.` and 8. */
function numbered(prefix: string, last: number, without: readonly number[] = []): string[] {
  return Array.from({ length: last }, (_, at) => at + 1)
    .filter((number) => !without.includes(number))
    .map((number) => `${prefix}${number}`)
}

const soc2: readonly (readonly [string, number])[] = [
  ['CC1.', 5],
  ['CC2.', 3],
  ['CC3.', 4],
  ['CC4.', 2],
  ['CC5.', 3],
  ['CC6.', 8],
  ['CC7.', 5],
  ['CC8.', 1],
  ['CC9.', 2],
  ['A1.', 3],
  ['C1.', 2],
  ['PI1.', 5],
  ['P1.', 1],
  ['P2.', 1],
  ['P3.', 2],
  ['P4.', 3],
  ['P5.', 2],
  ['P6.', 7],
  ['P7.', 1],
  ['P8.', 1],
]

/** Families of SP 800-53 revision 5 with their last number and the numbers that were withdrawn. */
const n53: readonly (readonly [prefix: string, last: number, withdrawn?: readonly number[]])[] = [
  ['AC-', 25, [13, 15]],
  ['AT-', 6, [5]],
  ['AU-', 16, [15]],
  ['CA-', 9, [4]],
  ['CM-', 14],
  ['CP-', 13, [5]],
  ['IA-', 12],
  ['IR-', 9],
  ['MA-', 7],
  ['MP-', 8],
  ['PE-', 23, [7]],
  ['PL-', 11, [3, 5, 6]],
  ['PM-', 32],
  ['PS-', 9],
  ['PT-', 8],
  ['RA-', 10, [4]],
  ['SA-', 23, [6, 7, 12, 13, 14, 18, 19]],
  ['SC-', 51, [9, 14, 19, 33]],
  ['SI-', 23, [9]],
  ['SR-', 12],
]

/** Requirements of SP 800-171 revision 2, by family. */
const n171 = [22, 3, 9, 9, 11, 3, 6, 9, 2, 6, 3, 4, 16, 7]

export const frameworks: Readonly<Record<FrameworkId, Framework>> = {
  soc2: {
    title: 'SOC 2 (Trust Services Criteria 2017, revised 2022)',
    edition: 'TSC 2017, points of focus revised 2022',
    criteria: soc2.flatMap(([prefix, last]) => numbered(prefix, last)),
  },
  ferpa: {
    title: 'FERPA (34 CFR part 99; items support it, none is required by it)',
    edition: '34 CFR part 99',
    criteria:
      '99.5 99.6 99.7 99.10 99.11 99.12 99.20 99.21 99.22 99.30 99.31 99.32 99.33 99.34 99.35 99.36 99.37 99.38 99.39'.split(
        ' ',
      ),
  },
  gdpr: {
    title: 'GDPR (articles)',
    edition: 'Regulation (EU) 2016/679',
    // Those that ask something of controllers and processors: principles, rights, duties, transfers.
    criteria: [
      ...numbered('', 22, [1, 2, 3, 4]),
      ...numbered(
        '',
        39,
        [...Array(23).keys()].map((at) => at + 1),
      ),
      ...numbered(
        '',
        49,
        [...Array(43).keys()].map((at) => at + 1),
      ),
    ],
  },
  n53: {
    title: 'NIST SP 800-53 revision 5',
    edition: 'SP 800-53 Rev. 5 (base controls)',
    criteria: n53.flatMap(([prefix, last, without]) => numbered(prefix, last, without)),
  },
  n171: {
    title: 'NIST SP 800-171 revision 2',
    edition: 'SP 800-171 Rev. 2',
    criteria: n171.flatMap((last, family) => numbered(`3.${family + 1}.`, last)),
  },
  cis: {
    title: 'CIS Benchmarks (AWS 5.0, GCP 5.0, Docker 1.6.0, Kubernetes 1.11, NGINX 2.1.0, PostgreSQL 17)',
    edition: 'AWS 5.0, GCP 5.0, Docker 1.6.0, Kubernetes 1.11, NGINX 2.1.0, PostgreSQL 17',
    criteria: [],
  },
  glba: {
    title: 'GLBA Safeguards Rule (16 CFR 314.4)',
    edition: '16 CFR 314.4, as amended 2021 and 2023',
    criteria: [
      '(a)',
      '(b)',
      ...numbered('', 8).map((each) => `(c)(${each})`),
      ...'defghij'.split('').map((each) => `(${each})`),
    ],
  },
}
