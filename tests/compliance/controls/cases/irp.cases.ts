/** Cases of the group IRP. */
import { alertmanagerReader } from '../../../../compliance/gather/alertmanager/reader.ts'
import { documentReader } from '../../../../compliance/gather/documents/reader.ts'
import { waiverReader } from '../../../../compliance/gather/waivers/reader.ts'
import { file, live, named, type Cases } from '../cases.ts'

const hub = (attributes: Readonly<Record<string, unknown>> | string) =>
  named('IAM.18', live('aws', 'security-hub-control', attributes))
const samples = (...values: readonly number[]) => ({
  samples: values.map((value) => ({ labels: {}, value })),
})
const answer = (id: string, ...values: readonly number[]) =>
  named(id, live('metrics', 'answer', samples(...values)))
const silent = (id: string) => named(id, live('metrics', 'answer', 'does not answer: ECONNREFUSED'))
const signed = (id: string, until = '2027-01-31') =>
  named(id, live('attestation', 'statement', { state: 'current', expires: until }))
const lapsed = (id: string) => named(id, live('attestation', 'statement', { state: 'expired' }))
const unsigned = (id: string) => named(id, live('attestation', 'statement', 'nobody signed for it'))
const document = (path: string, text = 'written') => file(documentReader, path, text)
const attested = (id: string): Cases => ({
  pass: [signed(id), signed(id, '2026-12-31')],
  // A statement that is missing proves nothing, and fails nothing.
  fail: [],
  unknown: [unsigned(id), lapsed(id)],
  notApplicable: [],
})
const manager = (receiver: string) =>
  file(alertmanagerReader, 'alertmanager.yml', `route:\n  receiver: a\nreceivers:\n  - name: a\n${receiver}`)
const pager = '    pagerduty_configs:\n      - routing_key_file: key\n'
const hook = '    webhook_configs:\n      - url: https://tickets.example\n'
const waiver = (lines: Readonly<Record<string, string>>) =>
  file(
    waiverReader,
    'waivers.yaml',
    `waivers:\n  - control: CTR-05\n${Object.entries(lines)
      .map(([key, value]) => `    ${key}: ${value}\n`)
      .join('')}`,
  )
const whole = {
  owner: 'platform team',
  approver: 'security office',
  reason: 'a vendor image',
  compensating: 'a volume',
  granted: '2026-01-01',
  expires: '2026-03-01',
}
const door = (securityTxt: object | undefined) =>
  live('http', 'door', {
    page: { status: 200, header: { 'content-type': 'text/html' } },
    ...(securityTxt === undefined ? {} : { security_txt: securityTxt }),
  })

export const irp: Readonly<Record<string, Cases>> = {
  'IRP-01': {
    pass: [document('docs/runbooks/incident-response.md'), signed('IRP-01')],
    fail: [document('docs/incident-response-plan.md', '\n'), live('repository', 'tree', { path: '.' })],
    unknown: [unsigned('IRP-01'), lapsed('IRP-01')],
    notApplicable: [],
  },
  'IRP-02': attested('IRP-02'),
  'IRP-03': {
    pass: [manager(pager), answer('IRP-03.waiting', 0)],
    fail: [manager(hook), answer('IRP-03.waiting', 2)],
    unknown: [silent('IRP-03.waiting'), unsigned('IRP-03')],
    notApplicable: [],
  },
  'IRP-04': {
    pass: [answer('IRP-04.overdue', 0), answer('IRP-04.overdue', 0, 0)],
    fail: [answer('IRP-04.overdue', 1), answer('IRP-04.overdue', 0, 3)],
    unknown: [answer('IRP-04.overdue'), unsigned('IRP-04')],
    notApplicable: [],
  },
  'IRP-05': {
    pass: [door({ state: 'current', status: 200 }), signed('IRP-05')],
    fail: [door({ state: 'missing', status: 404 }), door({ state: 'expired', status: 200 })],
    unknown: [live('http', 'door', 'does not answer'), door(undefined)],
    notApplicable: [
      live('http', 'door', { page: { status: 200, header: { 'content-type': 'application/json' } } }),
    ],
  },
  'IRP-06': {
    pass: [
      hub({ status: 'PASSED', fresh: true }),
      hub({ status: 'PASSED', fresh: true, region: 'us-east-1' }),
    ],
    fail: [
      hub({ status: 'FAILED', fresh: true }),
      hub({ status: 'FAILED', fresh: true, region: 'us-east-1' }),
    ],
    unknown: [hub({ status: 'PASSED', fresh: false }), hub({}), hub('cannot be asked')],
    notApplicable: [],
  },
  'IRP-07': attested('IRP-07'),
  'IRP-08': {
    pass: [waiver(whole), waiver({ ...whole, expires: '2026-06-30' })],
    fail: [
      waiver({ ...whole, approver: 'Platform team' }),
      waiver({ ...whole, expires: '2027-01-01' }),
      waiver({ ...whole, reason: '""' }),
      waiver({ ...whole, expires: 'never' }),
      waiver({ ...whole, expires: '2020-01-01' }),
    ],
    unknown: [live('repository', 'waiver', 'cannot be read')],
    notApplicable: [],
  },
  'IRP-09': {
    pass: [answer('IRP-09.age', 3_600), answer('IRP-09.gaps', 0)],
    fail: [answer('IRP-09.age', 200_000), answer('IRP-09.gaps', 1)],
    unknown: [answer('IRP-09.age'), silent('IRP-09.gaps')],
    notApplicable: [],
  },
  'IRP-10': {
    pass: [document('docs/poam.json', '{"entries":[]}'), signed('IRP-10')],
    fail: [document('docs/poam.json', ' '), document('risk-register.csv', '\n')],
    unknown: [unsigned('IRP-10'), lapsed('IRP-10')],
    notApplicable: [],
  },
  'IRP-11': attested('IRP-11'),
}
