import { expect } from 'chai'
import { controls } from '../../../compliance/controls/all.ts'
import { evidenceOf, tf } from '../controls/cases.ts'
import { answer } from './answer.ts'
import { rightOf, uncounted, type Adjudication, type Label, type Relation } from './labels.ts'
import { describe as lines, isRight, noControl, tally, type Answer } from './tally.ts'

const label = (resource: string, says: Label['says'], item = 'NET-01'): Label => ({
  peer: 'PEER_1',
  items: [item],
  dirs: ['one'],
  resource,
  says,
})
const answered = (says: Label['says'], status: Answer['status']): Answer => ({
  label: label(`${says}-${status}`, says),
  status,
  found: 'x',
})
const setRight: Adjudication[] = [
  { peer: 'PEER_1', resource: 'fail-pass', is: 'pass', reason: 'the documented default is right here' },
]

const noRelations = { adjudications: setRight, relations: [] }
const uncorrected = { adjudications: [], relations: [] }
const related = (relation: 'wider' | 'other'): Relation => ({
  peer: 'PEER_1',
  relation,
  reason: 'the item asks for more than this',
})

describe('the measurement of labels', () => {
  it('counts an unknown as a miss and never as a hit', () => {
    const figures = tally([
      answered('fail', 'fail'),
      answered('fail', 'unknown'),
      answered('pass', 'unknown'),
    ])
    expect(figures).to.deep.equal({ labels: 3, precision: 1, recall: 0.5, unknown: 2 / 3 })
  })

  it('takes not applicable for a pass', () => {
    const rows = [answered('pass', 'not-applicable'), answered('fail', 'not-applicable')]
    expect(tally(rows)).to.include({ precision: 1, recall: 0 })
    expect(rows.map((row) => isRight(row, uncorrected))).to.deep.equal([true, false])
  })

  it('counts what fails against its label as wrong', () => {
    expect(tally([answered('fail', 'fail'), answered('pass', 'fail')]).precision).to.equal(0.5)
  })

  it('follows what was set right, and keeps the raw figures', () => {
    const rows = [answered('fail', 'pass'), answered('fail', 'fail')]
    expect(rightOf(label('fail-pass', 'fail'), setRight)).to.equal('pass')
    expect([tally(rows).recall, tally(rows, noRelations).recall]).to.deep.equal([0.5, 1])
  })

  it('names each answer that is not right, and each item without a control once', () => {
    const without = { label: label('x', 'fail', 'ZZZ-01'), status: 'unknown' as const, found: noControl }
    const shown = lines([answered('fail', 'pass'), without, without], uncorrected)
    expect(shown.filter((line) => line.startsWith('not right'))).to.have.lengthOf(1)
    expect(shown.filter((line) => line.startsWith(noControl))).to.have.lengthOf(1)
  })

  it('leaves out what passes for a peer that asks less than the item, and keeps what fails', () => {
    const relations = [related('wider')]
    const rows = [answered('pass', 'fail'), answered('fail', 'pass'), answered('fail', 'fail')]
    expect(tally(rows, { adjudications: [], relations })).to.include({ labels: 2, precision: 1, recall: 0.5 })
    expect(tally(rows)).to.include({ labels: 3, precision: 0.5 })
    expect(
      lines(rows, { adjudications: [], relations }).filter((line) => line.startsWith('not right')),
    ).to.have.lengthOf(1)
  })

  it('leaves out all labels of a peer that asks something else, and what Terraform refuses', () => {
    const [pass, fail] = [label('x', 'pass'), label('x', 'fail')]
    const refused: Adjudication = {
      peer: 'PEER_1',
      resource: 'x',
      is: 'refused',
      reason: 'it is no HCL at all',
    }
    expect([pass, fail].map((each) => uncounted(each, [], [related('other')]))).to.deep.equal([
      'another matter',
      'another matter',
    ])
    expect(uncounted(fail, [refused], [])).to.equal('refused')
    expect(uncounted(fail, [], [])).to.equal(undefined)
  })

  it('counts the whole item in the raw figures, and the part that was asked in the corrected ones', () => {
    const row: Answer = { ...answered('pass', 'pass'), whole: 'fail' }
    const rows = [row, answered('fail', 'fail')]
    expect([tally(rows).precision, tally(rows, uncorrected).precision]).to.deep.equal([0.5, 1])
  })
})

describe('the answer to a label', () => {
  const open = `from_port = 22
to_port = 22
protocol = "tcp"
cidr_blocks = ["0.0.0.0/0"]`
  const evidence = evidenceOf(
    tf(`resource "aws_security_group" "many" {
count = 2
ingress {
${open}
}
}
resource "aws_lb" "main" {}
resource "aws_lb_listener" "plain" {
load_balancer_arn = aws_lb.main.arn
protocol = "HTTP"
default_action {
type = "forward"
}
}
resource "aws_s3_bucket_acl" "logs" {
bucket = aws_s3_bucket.logs.id
}
resource "aws_s3_bucket_policy" "logs" {
bucket = aws_s3_bucket.logs.id
policy = jsonencode({ Statement = [] })
}`)(),
  )
  const answerOf = (resource: string, item: string, relations: readonly Relation[] = []) =>
    answer(label(resource, 'fail', item), evidence, { controls, relations })
  const statusOf = (resource: string, item: string) => answerOf(resource, item).status

  it('finds all instances of a resource', () => {
    expect(statusOf('aws_security_group.many', 'NET-01')).to.equal('fail')
  })

  it('looks at what belongs to a resource where the control does not look at the resource itself', () => {
    expect(statusOf('aws_lb.main', 'TLS-04')).to.equal('fail')
  })

  it('looks at the settings of the same bucket where the bucket is made elsewhere', () => {
    expect(statusOf('aws_s3_bucket_acl.logs', 'TLS-13')).to.equal('fail')
  })

  it('compares the parts that a peer asks about', () => {
    const about = (part: string): Relation[] => [
      { peer: 'PEER_1', relation: 'part', parts: [part], reason: 'the item asks for another part too' },
    ]
    expect(answerOf('aws_lb.main', 'APP-17', about('headers'))).to.include({ status: 'fail', whole: 'fail' })
    expect(answerOf('aws_lb.main', 'APP-17', about('desync'))).to.include({ status: 'pass', whole: 'fail' })
  })

  it('is unknown without a control, and for a resource that was not found', () => {
    expect(statusOf('aws_lb.main', 'ZZZ-01')).to.equal('unknown')
    expect(statusOf('aws_lb.other', 'TLS-04')).to.equal('unknown')
  })
})
