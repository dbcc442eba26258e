/** Whether the address is on this machine, so that nothing of it crosses a network. */
export function isThisMachine(address: string): boolean {
  return /^(?:file:|(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?:[:/?#]|$))/i.test(
    address,
  );
}

/** The host of an address with a scheme, without user and port; empty when there is none. */
export function hostOf(address: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]*)/i.exec(address)?.[1] ?? '';
}
