/** Every reader of single files. A file is read by each of them that takes it for its own. */
import { alertmanagerReader } from './alertmanager/reader.ts'
import { dataInventoryReader } from './data-inventory.ts'
import { gatherDockerfile } from './dockerfile.ts'
import { ecsReader } from './ecs.ts'
import { documentReader } from './documents/reader.ts'
import type { FileReader } from './file-reader.ts'
import { hostReaders } from './host/host.ts'
import { kubernetesReader } from './kubernetes/kubernetes.ts'
import { githubReader } from './workflow/github.ts'
import { gitlabReader } from './workflow/gitlab.ts'
import { nginxReader } from './nginx/nginx.ts'
import { dashboardReader } from './grafana/dashboard.ts'
import { datasourceReader } from './grafana/provisioning.ts'
import { settingsReader } from './grafana/settings.ts'
import { lokiReader } from './loki/reader.ts'
import { prometheusConfig, prometheusNamed, prometheusRules } from './prometheus/reader.ts'
import { waiverReader } from './waivers/reader.ts'
import { migrationsReader } from './migrations/migrations.ts'
import { repositoryReader } from './repository/reader.ts'
import { pgHba } from './pg-hba.ts'

const dockerfile: FileReader = {
  kind: 'dockerfile',
  path: /(?:^|\/)(?:Docker|Container)file(?:[.-](?!dockerignore$)[^/]*)?$|\.(?:Docker|Container)file$/i,
  read: gatherDockerfile,
}

export const fileReaders: readonly FileReader[] = [
  dockerfile,
  kubernetesReader,
  ecsReader,
  ...hostReaders,
  // nginx.
  githubReader,
  gitlabReader,
  // Kubernetes.
  // ECS.
  nginxReader,
  // Workflows of CI.
  // Prometheus.
  prometheusConfig,
  prometheusNamed,
  prometheusRules,
  // Alertmanager.
  alertmanagerReader,
  // Grafana, and the Loki behind it.
  dashboardReader,
  datasourceReader,
  settingsReader,
  lokiReader,
  // Repository.
  waiverReader,
  migrationsReader,
  repositoryReader,
  pgHba,
  documentReader,
  dataInventoryReader,
]

/** Lists the readers a file may be for, by its path. */
export function readersOf(path: string): readonly FileReader[] {
  const slashed = path.replaceAll('\\', '/')
  return fileReaders.filter((reader) => reader.path.test(slashed))
}
