import type { Files } from '../../support/workspace.js';

/** Where the rows of the table lie, in the package as in the platform. */
export const ROWS = 'rows';

/** Names below such a directory are copied to the artifact, but are nothing that make could name. */
export const ODD = 'odd';

const CREATE_BUILD = `#!/bin/sh
set -e
platform=$(dirname "$0")
echo "include $platform/rules.mk" >"$2/Makefile"
"$platform/during.sh" create-build
`;

/**
 * In the build that LIFE names "steps": runs what the rows have their steps do, and waits in each step for the test. In the one
 * that is called "fails": fails before anything is made.
 */
const DURING = `#!/bin/sh
case "$LIFE" in
  fails) exit 1 ;;
  steps) ;;
  *) exit 0 ;;
esac
[ "$1" != create-build ] || sh "$(dirname "$0")/steps.sh" || exit
echo ">>> in $1"
while [ ! -e "/tmp/go-$1" ]; do sleep 0.05; done
`;

/**
 * What make builds by times: of each source a copy of its content, behind links, and of each directory a list of its
 * names. Their own names are flat, as a source may become a directory. What it does not: the rows as they are, which is
 * how Buildroot takes an overlay.
 */
const RULES = `ENV := /nerves/env
found = $(shell cd $(ENV) && find -L */${ROWS} -type $(1) ! -path '*/${ODD}/*' | sort)
SOURCES := $(call found,f)
DIRECTORIES := $(call found,d)
object = obj/$(subst /,!,$(1))
list = list/$(subst /,!,$(1))
OBJECTS := $(foreach source,$(SOURCES),$(call object,$(source)))
LISTS := $(foreach directory,$(DIRECTORIES),$(call list,$(directory)))

all: $(OBJECTS) $(LISTS)
	@$(ENV)/platform/during.sh make
$(OBJECTS): | obj
$(LISTS): | list
obj list:
	@mkdir -p $@
define rules_of_source
$(call object,$(1)): $(ENV)/$(1)
	@echo "making $(1)"; cat $$< >$$@
endef
define rules_of_directory
$(call list,$(1)): $(ENV)/$(1)
	@ls $$< >$$@
endef
$(foreach source,$(SOURCES),$(eval $(call rules_of_source,$(source))))
$(foreach directory,$(DIRECTORIES),$(eval $(call rules_of_directory,$(directory))))
system:
	@rm -rf $(NERVES_ARTIFACT_NAME); mkdir -p $(NERVES_ARTIFACT_NAME)/obj $(NERVES_ARTIFACT_NAME)/list
	@cp $(OBJECTS) $(NERVES_ARTIFACT_NAME)/obj; cp $(LISTS) $(NERVES_ARTIFACT_NAME)/list
	@cd $(ENV) && cp -a --parents */${ROWS} $(CURDIR)/$(NERVES_ARTIFACT_NAME)
	@tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME); rm -r $(NERVES_ARTIFACT_NAME)
	@$(ENV)/platform/during.sh "make system"
`;

/** A platform whose artifact shows whether make has built again what it should have. @param steps a shell script */
export function lifePlatform(steps: string): Files {
  return {
    VERSION: '1.0.0\n',
    'create-build.sh': { content: CREATE_BUILD, mode: 0o755 },
    'during.sh': { content: DURING, mode: 0o755 },
    'rules.mk': RULES,
    'steps.sh': steps,
  };
}
