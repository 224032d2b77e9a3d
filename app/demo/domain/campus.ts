/** The demo campus as data: what each tenant has, before anybody is enrolled anywhere. All of it is invented. */
import type { demoTenants } from '../../../contracts/services.ts'

export type DemoTenant = (typeof demoTenants)[number]

export interface DemoCampus {
  readonly tenant: DemoTenant
  /** Mail domain of its people; `.example` is reserved and reaches nobody (RFC 2606). */
  readonly domain: string
  readonly timeZone: string
}

export const campuses: readonly DemoCampus[] = [
  { tenant: 'university_a', domain: 'university-a.example', timeZone: 'America/New_York' },
  { tenant: 'university_b', domain: 'university-b.example', timeZone: 'America/Los_Angeles' },
  { tenant: 'drill', domain: 'drill.example', timeZone: 'UTC' },
]

/** Students per tenant. */
export const studentsPerTenant = 40

export const givenNames = [
  'Alba',
  'Bram',
  'Cleo',
  'Dario',
  'Edda',
  'Faris',
  'Greta',
  'Hiro',
  'Ines',
  'Jora',
  'Kemal',
  'Lene',
  'Milo',
  'Nadia',
  'Otis',
  'Petra',
  'Quinn',
  'Rania',
  'Soren',
  'Tilda',
] as const

export const familyNames = [
  'Ashdown',
  'Birkwood',
  'Coldwater',
  'Dunmoor',
  'Elmfield',
  'Fernhill',
  'Greystone',
  'Hawkridge',
  'Inglebrook',
  'Larkmead',
  'Millbank',
  'Northcote',
  'Oakhurst',
  'Pinewell',
  'Redcliff',
  'Stonegate',
] as const

export const subjects = [
  { code: 'BIO 110', title: 'Principles of Biology', creditHundredths: 400 },
  { code: 'CHEM 121', title: 'General Chemistry', creditHundredths: 400 },
  { code: 'CS 101', title: 'Introduction to Programming', creditHundredths: 300 },
  { code: 'CS 220', title: 'Data Structures', creditHundredths: 300 },
  { code: 'ENG 105', title: 'Academic Writing', creditHundredths: 300 },
  { code: 'HIST 210', title: 'History of the Atlantic World', creditHundredths: 300 },
  { code: 'MATH 151', title: 'Calculus', creditHundredths: 450 },
  { code: 'PHIL 130', title: 'Logic', creditHundredths: 250 },
] as const

export const rooms = [
  { name: 'Seminar 1', building: 'Library', capacity: 12 },
  { name: 'Seminar 2', building: 'Library', capacity: 12 },
  { name: 'Group Study', building: 'Library', capacity: 6 },
  { name: 'Lecture 101', building: 'Main Hall', capacity: 120 },
  { name: 'Lecture 102', building: 'Main Hall', capacity: 80 },
  { name: 'Computer Lab', building: 'Science Wing', capacity: 30 },
  { name: 'Wet Lab', building: 'Science Wing', capacity: 24 },
  { name: 'Music Room', building: 'Arts House', capacity: 8 },
] as const
