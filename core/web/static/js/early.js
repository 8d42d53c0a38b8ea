// Before the first paint: styles may now hide what exists only for browsers without scripts.
document.documentElement.classList.add("js");
