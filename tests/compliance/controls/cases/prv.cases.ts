/** Cases of the group PRV. */
import { dataInventoryReader } from '../../../../compliance/gather/data-inventory.ts'
import { file, live, named, modules, tf, type Cases, type Source } from '../cases.ts'
import { signed } from './signed.ts'

const onlySigned = (item: string): Cases => ({
  pass: [signed(item), signed(item, 'current', '2027-01-31')],
  fail: [],
  unknown: [signed(item, 'expired'), named(item, live('attestation', 'statement', 'nobody signed for it'))],
  notApplicable: [],
})
const answer = (item: string, ...values: readonly (readonly [number, object?])[]): Source =>
  named(
    item,
    live('metrics', 'answer', { samples: values.map(([value, labels = {}]) => ({ value, labels })) }),
  )
const inventory = (lines: string) =>
  file(dataInventoryReader, 'data-inventory.yaml', `stores:\n  - store: grades\n${lines}`)
const whole =
  '    fields: [grade]\n    purpose: records\n    legal_basis: public task\n    retention: 5 years\n    recipients: [registrar]\n'
const provider = 'provider "aws" {\n region = "us-east-1"\n}\n'
const bucket = (lines: string, around = provider) =>
  tf(`${around}resource "aws_s3_bucket" "x" {\n${lines}\n}`)
const google = (location: string) =>
  tf(
    `provider "google" {\n region = "us-east4"\n}\nresource "google_storage_bucket" "x" {\n location = ${location}\n}`,
  )
const refusals = (columns: readonly object[]) => live('postgres', 'refusals', { columns })
const view = (definition: string) => live('postgres', 'statistic', { definition })
const grouped = 'SELECT course, count(*) FROM grade GROUP BY course'

const tables = (...regions: readonly string[]) =>
  tf(
    `${provider}\nresource "aws_dynamodb_table" "t" {\n${regions.map((each) => ` replica {\n region_name = "${each}"\n }\n`).join('')}}`,
  )
const inModule = (providers: string, line = '') =>
  modules({
    'main.tf': `${providers}\nmodule "m" {\n source = "./m"\n ${line}\n}`,
    'm/main.tf': 'resource "aws_s3_bucket" "x" {\n bucket = "x"\n}',
  })

export const prv: Readonly<Record<string, Cases>> = {
  'PRV-01': {
    pass: [inventory(whole), signed('PRV-01')],
    fail: [inventory('    fields: [grade]\n'), inventory(whole.replace('[registrar]', '[]'))],
    unknown: [
      file(dataInventoryReader, 'data-inventory.yaml', 'stores: [grades]'),
      signed('PRV-01', 'expired'),
    ],
    notApplicable: [],
  },
  'PRV-02': {
    pass: [
      bucket(''),
      google('"US"'),
      bucket('region = "us-west-2"'),
      tables('us-west-1', 'us-west-2', 'us-east-2'),
      inModule(provider),
    ],
    fail: [
      tables('us-west-1', 'us-west-2', 'ap-southeast-1'),
      bucket('region = "eu-west-1"'),
      google('"europe-west3"'),
      bucket('tags = { DataResidency = "eu" }'),
    ],
    unknown: [
      inModule(
        `${provider}\nprovider "aws" {\n alias = "eu"\n region = "eu-west-1"\n}`,
        'providers = { aws = aws.eu }',
      ),
      bucket('', ''),
      bucket('region = var.r', `variable "r" {}\n${provider}`),
    ],
    notApplicable: [bucket('count = 0')],
  },
  'PRV-03': {
    pass: [answer('PRV-03.age', [60]), answer('PRV-03.age', [60], [7_200, { tenant: 'b' }])],
    fail: [answer('PRV-03.age', [400_000]), answer('PRV-03.age', [60], [400_000, { tenant: 'b' }])],
    unknown: [answer('PRV-03.age'), signed('PRV-03', 'expired')],
    notApplicable: [],
  },
  'PRV-04': {
    pass: [refusals([{ table: 'a.student', name: 'directory_opt_out' }]), signed('PRV-04')],
    fail: [],
    unknown: [refusals([]), live('postgres', 'refusals', 'refused'), signed('PRV-04', 'expired')],
    notApplicable: [],
  },
  'PRV-05': {
    pass: [answer('PRV-05.basis', [3, { basis: 'consent' }]), answer('PRV-05.basis', [0, { basis: '' }])],
    fail: [
      answer('PRV-05.basis', [3, { basis: '' }]),
      answer('PRV-05.basis', [3, { basis: 'consent' }], [1, { basis: 'unknown' }]),
    ],
    unknown: [answer('PRV-05.basis'), signed('PRV-05', 'expired')],
    notApplicable: [],
  },
  'PRV-06': {
    pass: [answer('PRV-06.oldest', [0]), answer('PRV-06.oldest', [44 * 86_400])],
    fail: [
      answer('PRV-06.oldest', [46 * 86_400]),
      answer('PRV-06.oldest', [0], [5_000_000, { tenant: 'b' }]),
    ],
    unknown: [answer('PRV-06.oldest'), named('PRV-06.oldest', live('metrics', 'answer', 'refused'))],
    notApplicable: [],
  },
  'PRV-07': onlySigned('PRV-07'),
  'PRV-08': onlySigned('PRV-08'),
  'PRV-09': onlySigned('PRV-09'),
  'PRV-10': onlySigned('PRV-10'),
  'PRV-11': {
    pass: [view(`${grouped} HAVING (count(*) >= 10)`), view(`${grouped} HAVING count(x) > 9`)],
    fail: [view(grouped), view(`${grouped} HAVING (count(*) >= 3)`), view('SELECT course, grade FROM grade')],
    unknown: [live('postgres', 'statistic', 'refused'), view(`${grouped} HAVING (max(x) > 3)`)],
    notApplicable: [view('SELECT count(*) FROM grade')],
  },
  'PRV-12': onlySigned('PRV-12'),
  'PRV-13': onlySigned('PRV-13'),
  'PRV-14': {
    pass: [answer('PRV-14.leaks', [0]), answer('PRV-14.leaks', [0, { signal: 'logs' }])],
    fail: [answer('PRV-14.leaks', [1]), answer('PRV-14.leaks', [0], [2, { signal: 'logs' }])],
    unknown: [answer('PRV-14.leaks'), named('PRV-14.leaks', live('metrics', 'answer', 'refused'))],
    notApplicable: [],
  },
}
