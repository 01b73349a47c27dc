"""All tests; a package, so that modules of the same name may live in different folders."""
