import type { ComposeDocument, ComposeMap, ComposeScalar } from '../compose/model.js';
import { asList, asMap, asScalar } from '../compose/queries.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Range } from '../core/text.js';

/** What is wrong with a seccomp profile, with its place in the profile. */
export type ProfileFault =
  | { readonly is: 'invalid' }
  | { readonly is: 'open'; readonly action: string; readonly range: Range }
  | { readonly is: 'generous'; readonly calls: readonly { readonly name: string; readonly range: Range }[] };

/** Judges the profile at a path of the project; undefined: nothing to say, or it cannot be read. */
export function profileFault(project: Project, path: string): ProfileFault | undefined {
  const document = project.compose(path);
  return document && faultOf(document);
}

const faultOf = remembered(({ text, roots: [root] }: ComposeDocument): ProfileFault | undefined => {
  if (!isJson(text)) return { is: 'invalid' };
  if (!root) return undefined;
  const action = asScalar(root.get('defaultAction')?.value);
  if (action && OPEN.test(action.text)) return { is: 'open', action: action.text, range: action.range };
  const calls = (asList(root.get('syscalls')?.value)?.items ?? []).flatMap((it) => dangerousCalls(asMap(it)));
  return calls.length > 0 ? { is: 'generous', calls } : undefined;
});

/** What is allowed, or written down and then allowed. */
const OPEN = /^SCMP_ACT_(?:ALLOW|LOG)$/;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * System calls that Docker's default profile gives to containers with a certain capability only, or to none, and that
 * breakouts are made with: https://docs.docker.com/engine/security/seccomp/#significant-syscalls-blocked-by-the-default-profile
 */
const DANGEROUS = new Set(
  `mount umount umount2 pivot_root unshare setns bpf perf_event_open keyctl add_key request_key userfaultfd ptrace
  init_module finit_module delete_module create_module kexec_load kexec_file_load open_by_handle_at process_vm_readv
  process_vm_writev fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr reboot swapon swapoff iopl ioperm`.split(
    /\s+/,
  ),
);

/** Calls that the default profile allows too, on kernels that check who may trace whom. */
const SAFE_SINCE_KERNEL_4_8 = new Set(['ptrace', 'process_vm_readv', 'process_vm_writev']);

function dangerousCalls(rule: ComposeMap | undefined): readonly { readonly name: string; readonly range: Range }[] {
  if (!rule || !OPEN.test(asScalar(rule.get('action')?.value)?.text ?? '')) return [];
  // With arguments to compare it is not the whole call that is allowed.
  if ((asList(rule.get('args')?.value)?.items.length ?? 0) > 0) return [];
  const includes = asMap(rule.get('includes')?.value);
  if ((asList(includes?.get('caps')?.value)?.items.length ?? 0) > 0) return [];
  const needsKernel = includes?.get('minKernel') !== undefined;
  return namesOf(rule).flatMap(({ text, range }) =>
    DANGEROUS.has(text) && !(needsKernel && SAFE_SINCE_KERNEL_4_8.has(text)) ? [{ name: text, range }] : [],
  );
}

function namesOf(rule: ComposeMap): readonly ComposeScalar[] {
  const one = asScalar(rule.get('name')?.value);
  const several = asList(rule.get('names')?.value)?.items ?? [];
  return [...(one ? [one] : []), ...several.flatMap((it) => (it.kind === 'scalar' ? [it] : []))];
}
