/** Machines and what runs on them, for the items that ask for a service of the account. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { ofType } from '../read/terraform.ts'

/** True for what is, or makes, a virtual machine. */
export const isMachine = ofType(
  'aws_instance',
  'aws_launch_template',
  'aws_launch_configuration',
  'aws_autoscaling_group',
  'google_compute_instance',
  'google_compute_instance_template',
)

/** Finds the first resource, by place, that is made and of which a question is true. */
export function firstMade(
  { resources }: Evidence,
  asks: (resource: Resource) => boolean,
): Resource | undefined {
  return resources
    .filter((resource) => resource.kind === 'terraform' && asks(resource) && isMade(resource))
    .sort(byPlace)
    .at(0)
}

function isMade(resource: Resource): boolean {
  const count = attributeOf(resource, 'count')
  return count?.known !== true || Number(count.value) !== 0
}

function byPlace({ position: left }: Resource, { position: right }: Resource): number {
  if (left.file === right.file) return left.startLine - right.startLine
  return left.file < right.file ? -1 : 1
}
