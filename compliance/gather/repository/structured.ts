/** Files whose names and values other readers read, so that the scan of texts leaves those to their controls. */

/** True for a Compose file, by its name. */
export function isCompose(name: string): boolean {
  return /^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/i.test(name)
}

/** True for Terraform, Dockerfiles, manifests of Kubernetes and definitions of ECS. */
export function isStructured(path: string, text: string): boolean {
  if (/\.tf(?:\.json)?$|\.tfvars(?:\.json)?$|(?:^|\/)terraform\.tfvars\.|(?:tf)?plan\.json$/i.test(path))
    return true
  if (/(?:^|\/)(?:docker|container)file(?:[.-][^/]*)?$|\.(?:docker|container)file$/i.test(path)) return true
  if (/\.(?:ya?ml|json)$/i.test(path)) {
    return /^["' {]{0,8}apiVersion["']?:/m.test(text) || /["']containerDefinitions["']\s{0,4}:/.test(text)
  }
  return false
}
