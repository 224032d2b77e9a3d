/** Machines and what runs on them, for the items that ask for a service of the account. */
import { ofType } from '../read/terraform.ts'

/** True for what is, or makes, a virtual machine. */
export const isMachine = ofType(
  'aws_instance',
  'aws_launch_template',
  'aws_launch_configuration',
  'aws_autoscaling_group',
  'google_compute_instance',
  'google_compute_instance_template',
  'google_compute_region_instance_template',
)
