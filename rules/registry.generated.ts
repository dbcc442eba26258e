// Written by `npm run generate` from the file names in rules/checks. Do not edit.
import contentTrustDisabled from './checks/trusted-base-images/content-trust-disabled.js';
import deprecatedImage from './checks/trusted-base-images/deprecated-image.js';
import endOfLifeBase from './checks/trusted-base-images/end-of-life-base.js';
import majorOnlyTag from './checks/trusted-base-images/major-only-tag.js';
import misspelledImage from './checks/trusted-base-images/misspelled-image.js';
import movingTag from './checks/trusted-base-images/moving-tag.js';
import stalePullPolicy from './checks/trusted-base-images/stale-pull-policy.js';
import undigestedImage from './checks/trusted-base-images/undigested-image.js';
import unknownPublisher from './checks/trusted-base-images/unknown-publisher.js';
import unpinnedExternalStage from './checks/trusted-base-images/unpinned-external-stage.js';
import untaggedImage from './checks/trusted-base-images/untagged-image.js';
import addInsteadOfCopy from './checks/verified-packages/add-instead-of-copy.js';
import clearTextDownload from './checks/verified-packages/clear-text-download.js';
import curlPipeShell from './checks/verified-packages/curl-pipe-shell.js';
import mixedPackageIndex from './checks/verified-packages/mixed-package-index.js';
import releaseUpgrade from './checks/verified-packages/release-upgrade.js';
import stalePackageIndex from './checks/verified-packages/stale-package-index.js';
import tlsVerificationDisabled from './checks/verified-packages/tls-verification-disabled.js';
import uncheckedDownload from './checks/verified-packages/unchecked-download.js';
import unlockedInstall from './checks/verified-packages/unlocked-install.js';
import unpinnedGitSource from './checks/verified-packages/unpinned-git-source.js';
import unpinnedLibrary from './checks/verified-packages/unpinned-library.js';
import unpinnedPackage from './checks/verified-packages/unpinned-package.js';
import untrustedKey from './checks/verified-packages/untrusted-key.js';
import unverifiedPackages from './checks/verified-packages/unverified-packages.js';
import adminPortExposed from './checks/minimal-attack-surface/admin-port-exposed.js';
import buildToolsInImage from './checks/minimal-attack-surface/build-tools-in-image.js';
import datastorePublished from './checks/minimal-attack-surface/datastore-published.js';
import debugMode from './checks/minimal-attack-surface/debug-mode.js';
import debugToolsInImage from './checks/minimal-attack-surface/debug-tools-in-image.js';
import developmentDependencies from './checks/minimal-attack-surface/development-dependencies.js';
import filesystemCopied from './checks/minimal-attack-surface/filesystem-copied.js';
import fullSizeBase from './checks/minimal-attack-surface/full-size-base.js';
import hostRuntimeInImage from './checks/minimal-attack-surface/host-runtime-in-image.js';
import needlessUtility from './checks/minimal-attack-surface/needless-utility.js';
import packageCacheKept from './checks/minimal-attack-surface/package-cache-kept.js';
import packageManagerInImage from './checks/minimal-attack-surface/package-manager-in-image.js';
import portOnAllInterfaces from './checks/minimal-attack-surface/port-on-all-interfaces.js';
import recommendedPackagesInstalled from './checks/minimal-attack-surface/recommended-packages-installed.js';
import severalProcesses from './checks/minimal-attack-surface/several-processes.js';
import singleStageBuild from './checks/minimal-attack-surface/single-stage-build.js';
import sshServerInImage from './checks/minimal-attack-surface/ssh-server-in-image.js';
import committedEnvFile from './checks/no-secrets-in-images/committed-env-file.js';
import contextLeaksSecrets from './checks/no-secrets-in-images/context-leaks-secrets.js';
import credentialsInUrl from './checks/no-secrets-in-images/credentials-in-url.js';
import hardcodedSecret from './checks/no-secrets-in-images/hardcoded-secret.js';
import missingDockerignore from './checks/no-secrets-in-images/missing-dockerignore.js';
import passwordInRun from './checks/no-secrets-in-images/password-in-run.js';
import privateKeyInBuild from './checks/no-secrets-in-images/private-key-in-build.js';
import readableSecretMount from './checks/no-secrets-in-images/readable-secret-mount.js';
import secretBuildArgument from './checks/no-secrets-in-images/secret-build-argument.js';
import secretFileCopied from './checks/no-secrets-in-images/secret-file-copied.js';
import secretInCommand from './checks/no-secrets-in-images/secret-in-command.js';
import secretInEnv from './checks/no-secrets-in-images/secret-in-env.js';
import secretInEnvironment from './checks/no-secrets-in-images/secret-in-environment.js';
import secretRemovedTooLate from './checks/no-secrets-in-images/secret-removed-too-late.js';
import implicitRegistry from './checks/secure-registries/implicit-registry.js';
import insecureRegistry from './checks/secure-registries/insecure-registry.js';
import openRegistryService from './checks/secure-registries/open-registry-service.js';
import privateAddressRegistry from './checks/secure-registries/private-address-registry.js';
import registryLoginInBuild from './checks/secure-registries/registry-login-in-build.js';
import registryNotAllowed from './checks/secure-registries/registry-not-allowed.js';
import registryPasswordArgument from './checks/secure-registries/registry-password-argument.js';
import copyWithoutChown from './checks/least-privilege/copy-without-chown.js';
import dangerousCapability from './checks/least-privilege/dangerous-capability.js';
import hostDevice from './checks/least-privilege/host-device.js';
import missingUser from './checks/least-privilege/missing-user.js';
import namedUser from './checks/least-privilege/named-user.js';
import newPrivilegesAllowed from './checks/least-privilege/new-privileges-allowed.js';
import passwordlessSudo from './checks/least-privilege/passwordless-sudo.js';
import privilegedService from './checks/least-privilege/privileged-service.js';
import rootService from './checks/least-privilege/root-service.js';
import rootUser from './checks/least-privilege/root-user.js';
import setuidFile from './checks/least-privilege/setuid-file.js';
import sudoInBuild from './checks/least-privilege/sudo-in-build.js';
import undroppedCapabilities from './checks/least-privilege/undropped-capabilities.js';
import unhardenedService from './checks/least-privilege/unhardened-service.js';
import unknownUser from './checks/least-privilege/unknown-user.js';
import worldWritable from './checks/least-privilege/world-writable.js';
import missingProvenance from './checks/image-scanning/missing-provenance.js';
import noImagePipeline from './checks/image-scanning/no-image-pipeline.js';
import pushBeforeScan from './checks/image-scanning/push-before-scan.js';
import toothlessScan from './checks/image-scanning/toothless-scan.js';
import unpinnedScanner from './checks/image-scanning/unpinned-scanner.js';
import unscannedImage from './checks/image-scanning/unscanned-image.js';
import apparmorUnconfined from './checks/kernel-profiles/apparmor-unconfined.js';
import buildRunsUnconfined from './checks/kernel-profiles/build-runs-unconfined.js';
import defaultProfileOnly from './checks/kernel-profiles/default-profile-only.js';
import hostNamespace from './checks/kernel-profiles/host-namespace.js';
import permissiveProfile from './checks/kernel-profiles/permissive-profile.js';
import seccompUnconfined from './checks/kernel-profiles/seccomp-unconfined.js';
import selinuxDisabled from './checks/kernel-profiles/selinux-disabled.js';
import unmaskedPaths from './checks/kernel-profiles/unmasked-paths.js';
import unsafeSysctl from './checks/kernel-profiles/unsafe-sysctl.js';
import localLogs from './checks/central-logging/local-logs.js';
import loggingDisabled from './checks/central-logging/logging-disabled.js';
import logsInContainer from './checks/central-logging/logs-in-container.js';
import secretInLogOptions from './checks/central-logging/secret-in-log-options.js';
import silencedOutput from './checks/central-logging/silenced-output.js';
import tamperedLogs from './checks/central-logging/tampered-logs.js';
import unboundedLogs from './checks/central-logging/unbounded-logs.js';
import unencryptedLogTransport from './checks/central-logging/unencrypted-log-transport.js';
import dockerApiOverTcp from './checks/runtime-monitoring/docker-api-over-tcp.js';
import dockerSocketMount from './checks/runtime-monitoring/docker-socket-mount.js';
import fakeHealthcheck from './checks/runtime-monitoring/fake-healthcheck.js';
import hostWatchDisabled from './checks/runtime-monitoring/host-watch-disabled.js';
import missingHealthcheck from './checks/runtime-monitoring/missing-healthcheck.js';
import sensitiveHostMount from './checks/runtime-monitoring/sensitive-host-mount.js';
import sharedMountPropagation from './checks/runtime-monitoring/shared-mount-propagation.js';
import systemWorkdir from './checks/runtime-monitoring/system-workdir.js';
import unlimitedResources from './checks/runtime-monitoring/unlimited-resources.js';
import unmonitoredHostAccess from './checks/runtime-monitoring/unmonitored-host-access.js';
import weakenedTmpfs from './checks/runtime-monitoring/weakened-tmpfs.js';
import writableRootfs from './checks/runtime-monitoring/writable-rootfs.js';
import { PRACTICES } from './core/practice.js';
import type { RegisteredRule } from './core/rule.js';

/** Every rule, by practice, then by id. */
export const RULES: readonly RegisteredRule[] = [
  { ...contentTrustDisabled, practice: PRACTICES[0] },
  { ...deprecatedImage, practice: PRACTICES[0] },
  { ...endOfLifeBase, practice: PRACTICES[0] },
  { ...majorOnlyTag, practice: PRACTICES[0] },
  { ...misspelledImage, practice: PRACTICES[0] },
  { ...movingTag, practice: PRACTICES[0] },
  { ...stalePullPolicy, practice: PRACTICES[0] },
  { ...undigestedImage, practice: PRACTICES[0] },
  { ...unknownPublisher, practice: PRACTICES[0] },
  { ...unpinnedExternalStage, practice: PRACTICES[0] },
  { ...untaggedImage, practice: PRACTICES[0] },
  { ...addInsteadOfCopy, practice: PRACTICES[1] },
  { ...clearTextDownload, practice: PRACTICES[1] },
  { ...curlPipeShell, practice: PRACTICES[1] },
  { ...mixedPackageIndex, practice: PRACTICES[1] },
  { ...releaseUpgrade, practice: PRACTICES[1] },
  { ...stalePackageIndex, practice: PRACTICES[1] },
  { ...tlsVerificationDisabled, practice: PRACTICES[1] },
  { ...uncheckedDownload, practice: PRACTICES[1] },
  { ...unlockedInstall, practice: PRACTICES[1] },
  { ...unpinnedGitSource, practice: PRACTICES[1] },
  { ...unpinnedLibrary, practice: PRACTICES[1] },
  { ...unpinnedPackage, practice: PRACTICES[1] },
  { ...untrustedKey, practice: PRACTICES[1] },
  { ...unverifiedPackages, practice: PRACTICES[1] },
  { ...adminPortExposed, practice: PRACTICES[2] },
  { ...buildToolsInImage, practice: PRACTICES[2] },
  { ...datastorePublished, practice: PRACTICES[2] },
  { ...debugMode, practice: PRACTICES[2] },
  { ...debugToolsInImage, practice: PRACTICES[2] },
  { ...developmentDependencies, practice: PRACTICES[2] },
  { ...filesystemCopied, practice: PRACTICES[2] },
  { ...fullSizeBase, practice: PRACTICES[2] },
  { ...hostRuntimeInImage, practice: PRACTICES[2] },
  { ...needlessUtility, practice: PRACTICES[2] },
  { ...packageCacheKept, practice: PRACTICES[2] },
  { ...packageManagerInImage, practice: PRACTICES[2] },
  { ...portOnAllInterfaces, practice: PRACTICES[2] },
  { ...recommendedPackagesInstalled, practice: PRACTICES[2] },
  { ...severalProcesses, practice: PRACTICES[2] },
  { ...singleStageBuild, practice: PRACTICES[2] },
  { ...sshServerInImage, practice: PRACTICES[2] },
  { ...committedEnvFile, practice: PRACTICES[3] },
  { ...contextLeaksSecrets, practice: PRACTICES[3] },
  { ...credentialsInUrl, practice: PRACTICES[3] },
  { ...hardcodedSecret, practice: PRACTICES[3] },
  { ...missingDockerignore, practice: PRACTICES[3] },
  { ...passwordInRun, practice: PRACTICES[3] },
  { ...privateKeyInBuild, practice: PRACTICES[3] },
  { ...readableSecretMount, practice: PRACTICES[3] },
  { ...secretBuildArgument, practice: PRACTICES[3] },
  { ...secretFileCopied, practice: PRACTICES[3] },
  { ...secretInCommand, practice: PRACTICES[3] },
  { ...secretInEnv, practice: PRACTICES[3] },
  { ...secretInEnvironment, practice: PRACTICES[3] },
  { ...secretRemovedTooLate, practice: PRACTICES[3] },
  { ...implicitRegistry, practice: PRACTICES[4] },
  { ...insecureRegistry, practice: PRACTICES[4] },
  { ...openRegistryService, practice: PRACTICES[4] },
  { ...privateAddressRegistry, practice: PRACTICES[4] },
  { ...registryLoginInBuild, practice: PRACTICES[4] },
  { ...registryNotAllowed, practice: PRACTICES[4] },
  { ...registryPasswordArgument, practice: PRACTICES[4] },
  { ...copyWithoutChown, practice: PRACTICES[5] },
  { ...dangerousCapability, practice: PRACTICES[5] },
  { ...hostDevice, practice: PRACTICES[5] },
  { ...missingUser, practice: PRACTICES[5] },
  { ...namedUser, practice: PRACTICES[5] },
  { ...newPrivilegesAllowed, practice: PRACTICES[5] },
  { ...passwordlessSudo, practice: PRACTICES[5] },
  { ...privilegedService, practice: PRACTICES[5] },
  { ...rootService, practice: PRACTICES[5] },
  { ...rootUser, practice: PRACTICES[5] },
  { ...setuidFile, practice: PRACTICES[5] },
  { ...sudoInBuild, practice: PRACTICES[5] },
  { ...undroppedCapabilities, practice: PRACTICES[5] },
  { ...unhardenedService, practice: PRACTICES[5] },
  { ...unknownUser, practice: PRACTICES[5] },
  { ...worldWritable, practice: PRACTICES[5] },
  { ...missingProvenance, practice: PRACTICES[6] },
  { ...noImagePipeline, practice: PRACTICES[6] },
  { ...pushBeforeScan, practice: PRACTICES[6] },
  { ...toothlessScan, practice: PRACTICES[6] },
  { ...unpinnedScanner, practice: PRACTICES[6] },
  { ...unscannedImage, practice: PRACTICES[6] },
  { ...apparmorUnconfined, practice: PRACTICES[7] },
  { ...buildRunsUnconfined, practice: PRACTICES[7] },
  { ...defaultProfileOnly, practice: PRACTICES[7] },
  { ...hostNamespace, practice: PRACTICES[7] },
  { ...permissiveProfile, practice: PRACTICES[7] },
  { ...seccompUnconfined, practice: PRACTICES[7] },
  { ...selinuxDisabled, practice: PRACTICES[7] },
  { ...unmaskedPaths, practice: PRACTICES[7] },
  { ...unsafeSysctl, practice: PRACTICES[7] },
  { ...localLogs, practice: PRACTICES[8] },
  { ...loggingDisabled, practice: PRACTICES[8] },
  { ...logsInContainer, practice: PRACTICES[8] },
  { ...secretInLogOptions, practice: PRACTICES[8] },
  { ...silencedOutput, practice: PRACTICES[8] },
  { ...tamperedLogs, practice: PRACTICES[8] },
  { ...unboundedLogs, practice: PRACTICES[8] },
  { ...unencryptedLogTransport, practice: PRACTICES[8] },
  { ...dockerApiOverTcp, practice: PRACTICES[9] },
  { ...dockerSocketMount, practice: PRACTICES[9] },
  { ...fakeHealthcheck, practice: PRACTICES[9] },
  { ...hostWatchDisabled, practice: PRACTICES[9] },
  { ...missingHealthcheck, practice: PRACTICES[9] },
  { ...sensitiveHostMount, practice: PRACTICES[9] },
  { ...sharedMountPropagation, practice: PRACTICES[9] },
  { ...systemWorkdir, practice: PRACTICES[9] },
  { ...unlimitedResources, practice: PRACTICES[9] },
  { ...unmonitoredHostAccess, practice: PRACTICES[9] },
  { ...weakenedTmpfs, practice: PRACTICES[9] },
  { ...writableRootfs, practice: PRACTICES[9] },
];

const BY_ID: ReadonlyMap<string, RegisteredRule> = new Map(RULES.map((it) => [it.id, it]));

export function ruleById(id: string): RegisteredRule | undefined {
  return BY_ID.get(id);
}
