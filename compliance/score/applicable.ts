/** Which resources a control looks at, without asking it about each one. */
import type { Control } from '../controls/control.ts'
import type { Resource } from '../evidence.ts'
import type { Placed } from './placed.ts'

/** Resources of one kind and type. */
interface Group {
  readonly kind: Resource['kind']
  readonly type: string
  readonly members: Placed[]
}

/** Thrown where a control asks more than kind and type. */
class AsksMore extends Error {}

/**
 * What controls said of kinds and types, for the life of the process. A control is pure: where it answers from kind and
 * type alone it answers the same for every resource of them.
 */
const known = new WeakMap<Control, Map<string, boolean | 'asks-more'>>()

/** Finds the resources that each control looks at, in order. */
export class Applicable {
  private readonly groups = new Map<string, Group>()

  constructor(placed: readonly Placed[]) {
    for (const each of placed) {
      const { kind, type } = each.resource
      const name = `${kind} ${type}`
      const group = this.groups.get(name) ?? { kind, type, members: [] }
      this.groups.set(name, group)
      group.members.push(each)
    }
  }

  of(control: Control): readonly Placed[] {
    const answers = known.get(control) ?? new Map<string, boolean | 'asks-more'>()
    known.set(control, answers)
    const found: (readonly Placed[])[] = []
    for (const [name, group] of this.groups) {
      const answer =
        answers.get(name) ?? (control.sources.includes(group.kind) ? askByType(control, group) : false)
      answers.set(name, answer)
      if (answer === true) found.push(group.members)
      else if (answer === 'asks-more')
        found.push(group.members.filter(({ resource }) => control.applies(resource)))
    }
    const [only = []] = found
    return found.length <= 1 ? only : found.flat().sort((left, right) => left.index - right.index)
  }
}

/** Shows the control a resource that has a kind and a type, and refuses to say more. */
function askByType(control: Control, { kind, type }: Group): boolean | 'asks-more' {
  const refuse = (): never => {
    throw new AsksMore()
  }
  const bare: Resource = {
    kind,
    type,
    get name() {
      return refuse()
    },
    get address() {
      return refuse()
    },
    get position() {
      return refuse()
    },
    get attributes() {
      return refuse()
    },
    get scope() {
      return refuse()
    },
    get environment() {
      return refuse()
    },
  }
  try {
    return control.applies(bare)
  } catch (error) {
    if (error instanceof AsksMore) return 'asks-more'
    throw error
  }
}
