/** The ten practices of container security that Seaworthy checks; the folder of a rule decides its practice. */
export const PRACTICES = [
  { number: 1, folder: 'trusted-base-images', title: 'Trusted base images' },
  { number: 2, folder: 'verified-packages', title: 'Verified packages' },
  { number: 3, folder: 'minimal-attack-surface', title: 'Minimal attack surface' },
  { number: 4, folder: 'no-secrets-in-images', title: 'No secrets in images' },
  { number: 5, folder: 'secure-registries', title: 'Secure registries' },
  { number: 6, folder: 'least-privilege', title: 'Least privilege' },
  { number: 7, folder: 'image-scanning', title: 'Image scanning in CI/CD' },
  { number: 8, folder: 'kernel-profiles', title: 'Kernel security profiles' },
  { number: 9, folder: 'central-logging', title: 'Central logging' },
  { number: 10, folder: 'runtime-monitoring', title: 'Runtime security monitoring' },
] as const;

export type Practice = (typeof PRACTICES)[number];
