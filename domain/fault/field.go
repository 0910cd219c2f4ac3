package fault

// SetField gives the fault in err, if there is one, the field that it is about.
func SetField(err error, field string) error {
	if f, ok := Of(err); ok {
		return f.At(field)
	}
	return err
}

// SetMissingField is SetField for a fault that names no field itself.
func SetMissingField(err error, field string) error {
	if f, ok := Of(err); ok && f.Field == "" {
		return f.At(field)
	}
	return err
}

// PrefixField puts a pointer before the field of the fault in err, if there is
// one: the fault was found inside the member that the pointer names.
func PrefixField(err error, pointer string) error {
	if f, ok := Of(err); ok {
		return f.At(pointer + f.Field)
	}
	return err
}
