import { asScalar } from '../compose/queries.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';
import type { PipelineJob, PipelineStep, PipelineSystem } from './model.js';

/** Actions that scan an image, by the start of `owner/repository/path`. */
const ACTIONS: readonly (readonly [action: RegExp, scanner: string])[] = [
  [/^aquasecurity\/trivy-action/, 'Trivy'],
  [/^crazy-max\/ghaction-container-scan/, 'Trivy'],
  [/^anchore\/(?:scan-action|grype)/, 'Grype'],
  [/^docker\/scout-action/, 'Docker Scout'],
  [/^snyk\/actions\/docker/, 'Snyk'],
  [/^quay\/clair-action/, 'Clair'],
  [/^sysdiglabs\/(?:scan-action|secure-inline-scan-action)/, 'Sysdig'],
  [/^paloaltonetworks\/(?:prisma-cloud-scan|cortex-cloud)|^twistlock\//, 'Prisma Cloud'],
  [/^wiz(?:-sec|-io)?\//, 'Wiz'],
  [/^aquasecurity\/(?:aqua|.*scan)|^aquasec\//, 'Aqua'],
  [/^(?:goodwithtech|erzz|hands-lab)\/dockle-action/, 'Dockle'],
  [/^jfrog\/frogbot/, 'JFrog Xray'],
  [/^azure\/container-scan/, 'Trivy'],
  [/^microsoft\/security-devops-action/, 'Microsoft Defender'],
  [/^lacework\/lw-scanner-action/, 'Lacework'],
  [/^aws-actions\/vulnerability-scan-github-action-for-amazon-inspector/, 'Amazon Inspector'],
  [/^crowdstrike\/(?:container-image-scan-action|fcs-action)/, 'CrowdStrike'],
  [/^neuvector\/scan-action/, 'NeuVector'],
  [/^stackrox\//, 'StackRox'],
  [/^mondoohq\/actions\/docker-image/, 'Mondoo'],
  [/^(?:rapid7|qualys|trendmicro|endorlabs|checkmarx|mend|phonito)\/.*(?:scan|image|container|tmas)/, 'its scanner'],
];

/** Scanners that have no name of a tool in their action: what a person would call a scan of an image. */
const SPEAKING_NAME =
  /(?:^|[-_./:])(?:(?:image|container|docker|vulnerabilit(?:y|ies)|security|cve)[-_]scan(?:ning|ner)?|scan[-_](?:the[-_])?(?:image|container|docker)s?|scan|trivy|grype|dockle|clair|snyk|scout)(?:$|[-_./:@])/i;

/** In the name of somebody else's action `scan` alone may mean source code. */
const SPEAKING_ACTION =
  /(?:image|container|docker)s?[-_/]?(?:vuln\w*[-_])?scan|scan[-_/](?:the[-_])?(?:image|container|docker)/i;

/** Programs of which every call, or those with one of these words first, scans an image. */
const PROGRAMS: ReadonlyMap<string, { readonly scanner: string; readonly words?: readonly RegExp[] }> = new Map([
  ['trivy', { scanner: 'Trivy', words: [/^(?:image|i|rootfs|client|c)$/, /^--input/] }],
  ['grype', { scanner: 'Grype' }],
  ['dockle', { scanner: 'Dockle' }],
  ['clairctl', { scanner: 'Clair' }],
  ['clair-scanner', { scanner: 'Clair' }],
  ['anchorectl', { scanner: 'Anchore' }],
  ['anchore-cli', { scanner: 'Anchore' }],
  ['sysdig-cli-scanner', { scanner: 'Sysdig' }],
  ['twistcli', { scanner: 'Prisma Cloud' }],
  ['wizcli', { scanner: 'Wiz' }],
  ['scannercli', { scanner: 'Aqua' }],
  ['snyk', { scanner: 'Snyk', words: [/^container$/, /^--docker$/] }],
  ['jf', { scanner: 'JFrog Xray', words: [/^(?:scan|docker)$/] }],
  ['jfrog', { scanner: 'JFrog Xray', words: [/^(?:scan|docker)$/] }],
  ['lw-scanner', { scanner: 'Lacework' }],
  ['roxctl', { scanner: 'StackRox', words: [/^image$/] }],
  ['osv-scanner', { scanner: 'OSV-Scanner', words: [/^(?:--docker|image)$/] }],
  ['inspector-sbomgen', { scanner: 'Amazon Inspector' }],
  ['cnspec', { scanner: 'Mondoo', words: [/^docker$|^container$/] }],
  ['checkov', { scanner: 'Checkov', words: [/^--docker-image/] }],
  ['docker', { scanner: 'Docker Scout', words: [/^(?:scout|scan)$/] }],
  ['docker-scout', { scanner: 'Docker Scout' }],
  [
    'aws',
    {
      scanner: 'Amazon ECR',
      words: [/^(?:start-image-scan|describe-image-scan-findings|image-scan-complete)$|scanOnPush=true/],
    },
  ],
  ['gcloud', { scanner: 'Artifact Analysis', words: [/^(?:scan|list-vulnerabilities)$/] }],
]);

/** Images of scanners, as `docker run` and `uses: docker://` name them. */
const IMAGES =
  /(?:^|\/)(?:trivy|grype|dockle|clairctl|clair|clair-scanner|scout-cli|snyk|sysdig-cli-scanner|wizcli|twistcli|scanner-cli|lw-scanner|roxctl)(?:[:@]|$)/;

/** Tasks, orbs, pipes and plugins of other systems that scan images, by a word in their name. */
const ELSEWHERE =
  /trivy|grype|dockle|clair|anchore|twist(?:cli|lock)|prisma|sysdig|aqua|neuvector|stackrox|lacework|\bwiz|scout|xray|microsoftsecuritydevops|(?:container|image|docker)[-_]?scan|scan[-_]?(?:container|image|docker)|^jf$|qualys|tenableio/i;

/** The scanner that looks at an image in this step; undefined: it does something else. */
export function scannerOfAction(step: PipelineStep, system: PipelineSystem): string | undefined {
  const action = step.uses?.value.toLowerCase() ?? '';
  if (system === 'github') return scannerOfGithubAction(action, step);
  if (/snyk/.test(action)) {
    const inputs = (step.with?.entries ?? []).flatMap(({ key, value }) => [key.value, asScalar(value)?.text ?? '']);
    return system === 'jenkins' || inputs.some((it) => /docker|container|image/i.test(it)) ? 'Snyk' : undefined;
  }
  return ELSEWHERE.test(action) ? (step.uses?.value ?? action) : undefined;
}

function scannerOfGithubAction(action: string, step: PipelineStep): string | undefined {
  if (action.startsWith('docker://')) return IMAGES.test(action) ? 'a scanner' : undefined;
  // Trivy looks at files or at settings when it is told so.
  const kind = asScalar(step.with?.get('scan-type')?.value)?.text ?? 'image';
  if (action.startsWith('aquasecurity/trivy-action') && kind !== 'image' && !step.with?.get('image-ref'))
    return undefined;
  // So does Grype.
  if (action.startsWith('anchore/scan-action') && !step.with?.get('image') && step.with?.get('path')) return undefined;
  const known = ACTIONS.find(([pattern]) => pattern.test(action))?.[1];
  if (known !== undefined) return known;
  const speaking = action.startsWith('./') ? SPEAKING_NAME : SPEAKING_ACTION;
  return speaking.test(action) ? 'a scanner' : undefined;
}

/** Whether a called workflow, template or script tells by its name that it scans images. */
export function speaksOfScan(name: string): boolean {
  return SPEAKING_NAME.test(name);
}

/** The scanner that a command starts; `job` tells its image, for commands that the image completes. */
export function scannerOfCommand({ name, words }: ShellCommand, job: PipelineJob): string | undefined {
  const program = PROGRAMS.get(name);
  const rest = words.slice(1).map((it) => it.value);
  if (name === 'grype' && /^(?:dir:|file:|\.{1,2}(?:\/|$))/.test(rest[0] ?? '')) return undefined;
  if (name === 'trivy' && rest.some((it) => it.startsWith('--download-'))) return undefined;
  if (program && (!program.words || rest.some((it) => program.words?.some((one) => one.test(it)))))
    return program.scanner;
  if (/^(?:docker|podman|nerdctl)$/.test(name) && /^(?:run|exec)$/.test(rest[0] ?? '')) {
    const image = rest.find((it) => IMAGES.test(it));
    return image === undefined ? undefined : 'a scanner';
  }
  // The template of GitLab and images made after it.
  if (name === 'gtcs' && rest[0] === 'scan') return 'GitLab';
  // What a script or a target does is told by its name.
  if (
    /^(?:make|just|task|npm|yarn|pnpm|nx|mage|invoke|rake|bash|sh|earthly)$/.test(name) ||
    /[./]/.test(words[0]?.value ?? '')
  )
    return [words[0]?.value ?? '', ...rest.slice(0, 3)].some((it) => SPEAKING_NAME.test(it)) ? 'a scanner' : undefined;
  return job.image !== undefined && /container-scanning/.test(job.image.value) ? 'GitLab' : undefined;
}

/** The program that scans and its arguments, also where it runs in a container: `docker run aquasec/trivy image`. */
export function scannerProgram({ name, words }: ShellCommand): {
  readonly program: string;
  readonly words: readonly ShellWord[];
} {
  const rest = words.slice(1);
  if (name === 'docker' && rest[0]?.value === 'scout') return { program: 'scout', words: rest.slice(1) };
  if (!/^(?:docker|podman|nerdctl)$/.test(name))
    return { program: name === 'docker-scout' ? 'scout' : name, words: rest };
  const index = rest.findIndex((it) => IMAGES.test(it.value));
  const image = rest[index]?.value ?? '';
  const program = /([\w-]+)(?:[:@][^/]*)?$/.exec(image)?.[1] ?? '';
  return { program, words: rest.slice(index + 1) };
}

/** Whether an image is that of a scanner. */
export function isScannerImage(image: string): boolean {
  return IMAGES.test(image);
}
