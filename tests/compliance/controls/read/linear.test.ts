import { expect } from 'chai'
import { controls } from '../../../../compliance/controls/all.ts'
import { Attributes, type Attribute, type Resource } from '../../../../compliance/evidence.ts'
import { compose, evidenceOf, tf, type Source } from '../cases.ts'

/** Counts how often an attribute is asked for. */
class CountedAttributes extends Attributes {
  static asked = 0

  override get(path: string): Attribute | undefined {
    CountedAttributes.asked += 1
    return super.get(path)
  }
}

const counted = (resource: Resource): Resource => ({
  ...resource,
  attributes: new CountedAttributes(resource.attributes),
})

/** How often a control asks for attributes of all resources of a source. */
function askedBy(id: string, source: Source): number {
  const evidence = evidenceOf(source().map(counted))
  const control = controls.find((each) => each.id === id)
  CountedAttributes.asked = 0
  for (const resource of evidence.resources) if (control?.applies(resource)) control.check(resource, evidence)
  return CountedAttributes.asked
}

const times = (count: number, write: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => write(at)).join('')
const services = (count: number) =>
  compose(
    `services:\n${times(count, (at) => `  s${at}:\n    image: postgres:17.${at}\n    networks: [n${at}]\n    depends_on: [s0]\n`)}networks:\n${times(count, (at) => `  n${at}: { internal: true }\n`)}`,
  )
const trails = (count: number) =>
  tf(
    times(
      count,
      (at) =>
        `resource "aws_s3_bucket" "b${at}" {\n bucket = "b${at}"\n tags = { DataClassification = "restricted" }\n}\nresource "aws_cloudtrail" "t${at}" {\n event_selector {\n data_resource {\n type = "AWS::S3::Object"\n values = ["arn:aws:s3:::other${at}/"]\n}\n}\n}\nprovider "aws" {\n alias = "p${at}"\n default_tags {\n tags = { Owner = "x" }\n}\n}\n`,
    ),
  )

describe('controls that look at what stands beside a resource', () => {
  const rows: readonly (readonly [string, (count: number) => Source])[] = [
    ['LOG-15', services],
    ['CTR-09', services],
    ['CTR-20', services],
    ['MON-12', services],
    ['NET-17', services],
    ['BDR-02', services],
    ['LOG-05', trails],
    ['CST-03', trails],
  ]
  for (const [id, source] of rows) {
    it(`ask twice as much of twice as many: ${id}`, () => {
      const [one, two] = [askedBy(id, source(60)), askedBy(id, source(120))]
      expect(one).to.be.above(0)
      expect(two).to.be.below(2.3 * one)
    })
  }
})
