// Pages before sign-in: only the error summary needs help.
document.querySelector("[data-error-summary]")?.focus();
