// Passkeys: hands the browser what the page holds, and sends the form with what the device has answered.

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) =>
    sign.charCodeAt(0),
  )
const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const form = document.querySelector('[data-passkey]')
const button = form.querySelector('button')
const { passkey: ceremony, options: written, begin } = form.dataset
const options = JSON.parse(written)
options.challenge = bytesOf(options.challenge)

const ceremonies = {
  async create() {
    const { user, excludeCredentials } = options
    const publicKey = {
      ...options,
      user: { ...user, id: bytesOf(user.id) },
      excludeCredentials: excludeCredentials.map((known) => ({ ...known, id: bytesOf(known.id) })),
    }
    const { response } = await navigator.credentials.create({ publicKey })
    return {
      clientData: response.clientDataJSON,
      authenticatorData: response.getAuthenticatorData(),
      publicKey: response.getPublicKey(),
    }
  },
  async get() {
    const { rawId, response } = await navigator.credentials.get({ publicKey: options })
    return {
      credential: rawId,
      clientData: response.clientDataJSON,
      authenticatorData: response.authenticatorData,
      signature: response.signature,
      userHandle: response.userHandle ?? new ArrayBuffer(0),
    }
  },
}

async function ask() {
  button.disabled = true
  tell('')
  try {
    const answer = await ceremonies[ceremony]()
    for (const [name, bytes] of Object.entries(answer)) form.elements[name].value = textOf(bytes)
    form.submit()
  } catch (error) {
    tell(error.name)
    button.disabled = false
  }
}

/** Shows the words for what went wrong; for none of them nothing. */
function tell(problem) {
  const all = [...form.querySelectorAll('[data-problem]')]
  const known = all.find(({ dataset }) => dataset.problem === problem)
  for (const one of all) {
    one.hidden = problem === '' || one !== (known ?? all.at(-1))
  }
}

if (window.PublicKeyCredential === undefined) tell('unsupported')
else {
  button.hidden = false
  button.addEventListener('click', ask)
  if (begin !== undefined) ask()
}
