/**
 * The checker as a component definition of OSCAL 1.2.1: which control of which framework is supported by which item.
 * It is the map alone and says nothing of the scanned systems.
 */
import type { Posture, PostureFramework, PostureItem } from '../../contracts/posture.ts'
import { identifierOf } from './identifier.ts'
import { documentHead, line, nistId, props } from './oscal-parts.ts'

/** Writes the document. */
export function writeOscalComponent(posture: Posture): string {
  const head = documentHead(posture, 'component-definition', 'Hardening checks')
  const mapped = posture.frameworks.filter(({ controls }) => controls.length > 0)
  const items = new Map(posture.items.map((item) => [item.id, item]))
  const component = {
    uuid: identifierOf('component', 'checker'),
    type: 'validation',
    title: 'Campanile hardening checks',
    description: 'Checks that support controls of frameworks; none is required by any of them.',
    props: props({ ruleset: posture.ruleset }),
    ...(mapped.length === 0
      ? {}
      : { 'control-implementations': mapped.map((framework) => implementationOf(framework, items)) }),
  }
  const document = {
    ...head,
    components: [component],
    ...(mapped.length === 0 ? {} : { 'back-matter': { resources: mapped.map(resourceOf) } }),
  }
  return `${JSON.stringify({ 'component-definition': document })}\n`
}

const resourceId = ({ id }: PostureFramework) => identifierOf('framework', id)

function resourceOf(framework: PostureFramework): object {
  const { title, edition = title } = framework
  return { uuid: resourceId(framework), title, description: edition }
}

function implementationOf(framework: PostureFramework, items: ReadonlyMap<string, PostureItem>): object {
  const { id, title, controls } = framework
  return {
    uuid: identifierOf('implementation', id),
    source: `#${resourceId(framework)}`,
    description: title,
    'implemented-requirements': controls.map((control) => ({
      uuid: identifierOf('requirement', id, control.id),
      'control-id': tokenOf(id, control.id),
      description: line(control.items.map((each) => `${each} ${items.get(each)?.title ?? ''}`).join('; ')),
      props: [...props({ criterion: control.id }), ...control.items.flatMap((each) => props({ item: each }))],
    })),
  }
}

/** A token begins with a letter and has no parentheses; NIST's own ids stay as its catalogue has them. */
function tokenOf(framework: string, control: string): string {
  if (framework === 'n53') return nistId(control)
  const plain = control.replace(/[^\w.-]+/g, '_').replace(/_+$/, '')
  return `${framework}_${plain.replace(/^_+/, '')}`
}
