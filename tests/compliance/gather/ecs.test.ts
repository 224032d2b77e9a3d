import { expect } from 'chai'
import { attributeOf, knownValueOf } from '../../../compliance/evidence.ts'
import { ecsReader, gatherTaskDefinition } from '../../../compliance/gather/ecs.ts'

const read = (text: string) =>
  gatherTaskDefinition({ file: 'task-definition.json', bytes: new TextEncoder().encode(text) })

describe('the reader of task definitions', () => {
  it('reads JSON in the words of Terraform, with lines', () => {
    const { resources, faults } = read(`{
  "family": "api",
  "networkMode": "awsvpc",
  "containerDefinitions": [
    { "name": "api",
      "image": "api:1.0.0", "user": null }
  ],
  "volumes": [{ "name": "x", "host": { "sourcePath": "/etc" } }]
}`)
    expect(faults).to.deep.equal([])
    const [task] = resources
    if (task === undefined) throw new Error('expected a task')
    expect(task).to.include({ kind: 'ecs', type: 'task_definition', address: 'task_definition.api' })
    expect(attributeOf(task, 'container_definitions.0.image')).to.include({
      value: 'api:1.0.0',
      startLine: 6,
    })
    expect(attributeOf(task, 'container_definitions.0.user')).to.equal(undefined)
    expect(knownValueOf(task, 'network_mode')).to.equal('awsvpc')
    expect(knownValueOf(task, 'volume.0.host_path')).to.equal('/etc')
  })

  it('looks into what describe-task-definition answers, and leaves other JSON alone', () => {
    expect(
      read('{"taskDefinition": {"family": "a", "containerDefinitions": []}}').resources,
    ).to.have.lengthOf(1)
    expect(read('{"a": 1}').resources).to.deep.equal([])
    expect(ecsReader.recognises?.('{"a": 1}')).to.equal(false)
    expect(read('{"containerDefinitions": [').faults).not.to.deep.equal([])
  })
})
